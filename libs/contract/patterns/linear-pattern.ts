/** A pattern that runs in time linear in the text, whatever the text: on RE2's automata, where backtracking might not. */
import { RE2JS } from 're2js';
import { type PatternFlags, parsePattern, patternToRe2, type Re2Pattern, Unrunnable } from './pattern-to-re2.js';
import { stepsOf } from './straight-pattern.js';

/** Finds the pattern anywhere in a text, as `RegExp.test` does. */
export interface LinearPattern {
  /** A test costs at most as many steps for each character of the text. */
  readonly steps: number;
  readonly test: (text: string) => boolean;
}

/** Beyond it a test of a short text would take longer than all else that an event costs. */
const instructionsMax = 20_000;
const rest = '[\\x{0}-\\x{10ffff}]*';

export function linearPattern(
  pattern: string,
  flags: PatternFlags = { unicode: true, ignoreCase: false },
): LinearPattern | Unrunnable {
  const tree = parsePattern(pattern, flags);
  if (tree instanceof Unrunnable) return tree;
  const translated = patternToRe2(tree, flags);
  if (translated instanceof Unrunnable) return translated;
  return straight(pattern, stepsOf(tree), flags) ?? automaton(translated);
}

/** 20 to 60 ns where an automaton takes 70 to 300 (test/bench/parts/contract.bench.ts). */
function straight(
  pattern: string,
  steps: number | undefined,
  { unicode, ignoreCase }: PatternFlags,
): LinearPattern | undefined {
  if (steps === undefined) return undefined;
  const native = new RegExp(pattern, `${unicode ? 'u' : ''}${ignoreCase ? 'i' : ''}`);
  return { steps, test: (text) => native.test(text) };
}

function automaton({ source, fromStart, toEnd }: Re2Pattern): LinearPattern | Unrunnable {
  // Whole texts go straight to the automaton, which takes a twentieth of a search.
  const whole = fromStart || toEnd;
  const compiled = compile(whole ? `${fromStart ? '' : rest}${source}${toEnd ? '' : rest}` : source);
  const steps = compiled?.programSize() ?? Infinity;
  if (compiled === undefined || steps > instructionsMax) {
    return new Unrunnable(
      'is too large for linear time (counts of counts multiply): say how long the text may be with "minLength" and "maxLength"',
    );
  }
  return { steps, test: whole ? (text) => compiled.testExact(text) : (text) => compiled.test(text) };
}

function compile(source: string): RE2JS | undefined {
  try {
    return RE2JS.compile(source);
  } catch {
    return undefined;
  }
}
