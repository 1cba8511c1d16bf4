/** Writes an ECMAScript pattern in the syntax of RE2, meaning the same; or says what RE2 cannot run. */
import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { codePoint, rangesOf } from './code-points.js';

/** A pattern for RE2. */
export interface Re2Pattern {
  /** Without the `^` and `$` around the whole. */
  readonly source: string;
  /** It begins with `^`, or ends with `$`. */
  readonly fromStart: boolean;
  readonly toEnd: boolean;
}

/** Why a pattern cannot run in linear time; the message completes "the pattern …". */
export class Unrunnable {
  constructor(readonly message: string) {}
}

export interface PatternFlags {
  readonly unicode: boolean;
  /** ASCII letters only: all that the formats need. */
  readonly ignoreCase: boolean;
}

const parser = new RegExpParser();
/** RE2 counts up to 1,000: longer counts are written as several. */
const countMax = 1000;
const nothing = '[^\\x{0}-\\x{10ffff}]';
const anything = '[\\x{0}-\\x{10ffff}]';

export function parsePattern(pattern: string, { unicode }: PatternFlags): AST.Pattern | Unrunnable {
  try {
    return parser.parsePattern(pattern, 0, pattern.length, { unicode });
  } catch {
    return new Unrunnable('is no regular expression (ECMA-262, with the u flag): correct it');
  }
}

export function patternToRe2(tree: AST.Pattern, { ignoreCase }: PatternFlags): Re2Pattern | Unrunnable {
  try {
    return translated(tree, ignoreCase);
  } catch (error) {
    if (error instanceof Refusal) return new Unrunnable(error.message);
    throw error;
  }
}

/** Ends the walk at the first part that RE2 cannot run. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

function translated({ alternatives }: AST.Pattern, ignoreCase: boolean): Re2Pattern {
  const [only, ...others] = alternatives;
  const elements = others.length === 0 ? (only?.elements ?? []) : [];
  const fromStart = isEdge(elements[0], 'start');
  const toEnd = elements.length > (fromStart ? 1 : 0) && isEdge(elements.at(-1), 'end');
  if (!fromStart && !toEnd) return { source: alternation(alternatives, ignoreCase), fromStart, toEnd };
  return { source: sequence(elements.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined), ignoreCase), fromStart, toEnd };
}

function isEdge(element: AST.Element | undefined, kind: 'start' | 'end'): boolean {
  return element?.type === 'Assertion' && element.kind === kind;
}

function alternation(alternatives: readonly AST.Alternative[], ignoreCase: boolean): string {
  return alternatives.map(({ elements }) => sequence(elements, ignoreCase)).join('|');
}

function sequence(elements: readonly AST.Element[], ignoreCase: boolean): string {
  return elements.map((element) => elementText(element, ignoreCase)).join('');
}

function elementText(element: AST.Element, ignoreCase: boolean): string {
  switch (element.type) {
    case 'Group':
      if (element.modifiers)
        throw new Refusal(`switches flags with ${element.modifiers.raw}: write both cases of the letters instead`);
      return `(?:${alternation(element.alternatives, ignoreCase)})`;
    case 'CapturingGroup':
      return `(?:${alternation(element.alternatives, ignoreCase)})`;
    case 'Quantifier':
      return repeated(elementText(element.element, ignoreCase), element.min, element.max);
    case 'Assertion':
      return assertion(element);
    case 'Backreference':
      throw new Refusal(
        `refers back to a group with ${element.raw}, which no engine can match in linear time: write what the group may be once more`,
      );
    case 'Character':
      return `[${characterText(element.value, ignoreCase)}]`;
    case 'CharacterSet':
      return `[${setText(element)}]`;
    case 'CharacterClass':
      return classText(element, ignoreCase);
    case 'ExpressionCharacterClass':
      throw new Refusal('has a class with set operations, which needs the v flag: write the class with ranges');
  }
}

function assertion(element: AST.Assertion): string {
  switch (element.kind) {
    case 'start':
      return '\\A';
    case 'end':
      return '\\z';
    case 'word':
      return element.negate ? '\\B' : '\\b';
    default:
      throw new Refusal(
        `looks ${element.kind === 'lookahead' ? 'ahead' : 'behind'} with ${element.raw.slice(0, 40)}, which cannot run in linear time: write two schemas under "allOf", each with a pattern of its own, or "not" for what must not match`,
      );
  }
}

function repeated(text: string, min: number, max: number): string {
  const unit = `(?:${text})`;
  const must = counted(min, (n) => `${unit}{${n}}`);
  if (max === min) return must;
  return must + (max === Infinity ? `${unit}*` : counted(max - min, (n) => `${unit}{0,${n}}`));
}

function counted(count: number, part: (n: number) => string): string {
  if (count > 100 * countMax) throw new Refusal(`counts to ${count}: say so with "minLength" and "maxLength"`);
  return part(countMax).repeat(Math.floor(count / countMax)) + (count % countMax > 0 ? part(count % countMax) : '');
}

function classText({ elements, negate }: AST.CharacterClass, ignoreCase: boolean): string {
  if (elements.length === 0) return negate ? anything : nothing;
  return `[${negate ? '^' : ''}${elements.map((element) => memberText(element, ignoreCase)).join('')}]`;
}

function memberText(element: AST.CharacterClass['elements'][number], ignoreCase: boolean): string {
  switch (element.type) {
    case 'Character':
      return characterText(element.value, ignoreCase);
    case 'CharacterClassRange':
      return rangeText(element.min.value, element.max.value, ignoreCase);
    case 'CharacterSet':
      return setText(element);
    default:
      throw new Refusal('has a class inside a class, which needs the v flag: write the class with ranges');
  }
}

function setText(set: AST.CharacterSet): string {
  return rangesOf(set.kind === 'any' ? '.' : set.raw);
}

function characterText(point: number, ignoreCase: boolean): string {
  return ignoreCase && isLetter(point) ? codePoint(point | 32) + codePoint(point & ~32) : codePoint(point);
}

function rangeText(min: number, max: number, ignoreCase: boolean): string {
  const range = `${codePoint(min)}-${codePoint(max)}`;
  if (!ignoreCase || !isLetter(min) || !isLetter(max)) return range;
  return `${codePoint(min | 32)}-${codePoint(max | 32)}${codePoint(min & ~32)}-${codePoint(max & ~32)}`;
}

function isLetter(point: number): boolean {
  return (point >= 65 && point <= 90) || (point >= 97 && point <= 122);
}
