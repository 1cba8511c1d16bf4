/** Patterns mean what they mean in JavaScript, take no more time than their text is long, and what cannot is refused. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { findRanges, rangesOf } from './code-points.js';
import { type LinearPattern, linearPattern } from './linear-pattern.js';
import { parsePattern, patternToRe2, Unrunnable } from './pattern-to-re2.js';
import { stepsOf } from './straight-pattern.js';

fc.configureGlobal({ seed: 7 });

const u = { unicode: true, ignoreCase: false };

function runnable(pattern: string): LinearPattern {
  const linear = linearPattern(pattern);
  if (linear instanceof Unrunnable) throw new Error(`${pattern} ${linear.message}`);
  return linear;
}

function refusal(pattern: string): string {
  const linear = linearPattern(pattern);
  return linear instanceof Unrunnable ? linear.message : 'runs';
}

function steps(pattern: string): number | undefined {
  const tree = parsePattern(pattern, u);
  return tree instanceof Unrunnable ? undefined : stepsOf(tree);
}

const atom = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'ç',
    '😀',
    '.',
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
    '\\S',
    '\\b',
    '\\B',
    '^',
    '$',
    '\\n',
    '\\x41',
    '\\u0062',
    '\\u{1F600}',
    '\\.',
    '\\/',
    '\\-',
    '\\cJ',
    '\\0',
  ),
  fc.constantFrom(
    '[ab]',
    '[^ab]',
    '[a-c\\d]',
    '[^\\s_-]',
    '[\\]\\\\^]',
    '[😀-😂]',
    '[]',
    '[^]',
    '[\\b]',
    '[\\W\\n]',
    '\\p{L}',
    '\\P{Lu}',
    '[\\p{Script=Greek}a]',
    '[^\\p{L}]',
    '(?:)',
  ),
);
const pattern = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  pattern: fc
    .array(
      fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 2 },
    )
    .map((all) => all.join('|')),
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc
      .tuple(tie('pattern'), fc.constantFrom('', '*', '+', '?', '{2}', '{1,3}', '{0,2}?', '{2,}'))
      .map(([inner, count]) => `(${inner})${count}`),
    fc
      .tuple(fc.constantFrom('a', 'b', '.', '\\w', '[^a]'), fc.constantFrom('*', '+?', '?', '{2}', '{1,2}', '{3,}'))
      .map(([one, count]) => `${one}${count}`),
  ),
})).pattern;
const text = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    'c',
    'ç',
    'A',
    '1',
    '_',
    ' ',
    '\n',
    '\r',
    '\u2028',
    '-',
    '.',
    '/',
    '😀',
    '😁',
    'α',
    '\ufeff',
    '\u{0}',
  ),
  maxLength: 8,
});

describe('a pattern', () => {
  test('finds what it finds in JavaScript', () => {
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 5, maxLength: 5 }), (source, texts) => {
        let native: RegExp;
        try {
          native = new RegExp(source, 'u');
        } catch {
          expect(refusal(source)).toMatch(/^is no regular expression/);
          return;
        }
        const { test } = runnable(source);
        // V8 finds \\B between the halves of a character beyond U+FFFF, where ECMA-262 (§22.2.7.2) does not look.
        for (const one of texts)
          if (!(source.includes('\\B') && /[😀😁]/u.test(one)))
            expect([source, one, test(one)]).toEqual([source, one, native.test(one)]);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['^(\\w+\\s?)*$', `${'a'.repeat(200_000)}!`],
    ['(a+)+b', 'a'.repeat(200_000)],
    ['^(a|aa)+$', `${'a'.repeat(200_000)}b`],
    ['(.*)*x', 'a'.repeat(200_000)],
    ['[a-z]+[0-9]', 'a'.repeat(200_000)],
    ['^[a-z]*$', `${'a'.repeat(200_000)}1`],
    ['^(?:[a-z0-9]+[-.]?)+@[a-z]+$', 'a'.repeat(200_000)],
  ])('%s takes no longer than its text is long', (source, long) => {
    const { test } = runnable(source);
    const startedMs = performance.now();
    expect(test(long)).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  test('may name its groups', () => {
    expect(runnable('^(?<year>[0-9]{4})(?<rest>-[0-9]{2}){2}$').test('2026-11-26')).toBe(true);
  });

  test('may count beyond a thousand, which RE2 does not', () => {
    expect(runnable('(?:x|^).{2,2500}$').test('y'.repeat(2500))).toBe(true);
    expect(runnable('^(?:ab){1500}$').test('ab'.repeat(1500))).toBe(true);
    expect(runnable('^(?:ab){1500}$').test('ab'.repeat(1499))).toBe(false);
    expect(runnable('^(?:a|b){1200,}$').test('a'.repeat(1199))).toBe(false);
    expect(runnable('^(?:a|b){1200,}$').test('a'.repeat(5000))).toBe(true);
  });

  test.each([
    ['^(?=a)b', /^looks ahead with \(\?=a\), which cannot run in linear time: write two schemas under "allOf"/],
    ['^(?!events$)[a-z]+$', /^looks ahead/],
    ['(?<=a)b', /^looks behind/],
    ['(a)\\1', /^refers back to a group with \\1/],
    ['(?<x>a)\\k<x>', /^refers back to a group with \\k<x>/],
    ['(?i:a)', /^switches flags/],
    ['(', /^is no regular expression/],
    ['(?:(?:a{1000}){1000}|b)', /^is too large for linear time/],
    ['(?:a|b){1000000}', /^counts to 1000000/],
  ])('%s is refused', (source, message) => {
    expect(refusal(source)).toMatch(message);
  });

  test('asks the engine which characters a class has, and knows the common ones', () => {
    for (const one of ['.', '\\d', '\\w']) expect(rangesOf(one)).toBe(findRanges(one));
  });
});

describe('a pattern that backtracking runs in linear time', () => {
  test.each([
    ['^C[0-9]{5}$', 8],
    ['^[A-Z0-9]{3}$', 5],
    ['^[a-z][a-z0-9_-]{0,63}$', 4],
    ['^.*xy\\b$', 6],
    ['^', 1],
  ])('%s costs so many steps for a character', (source, count) => {
    expect(steps(source)).toBe(count);
  });

  test.each(['[a-z]+', '^a*b*$', '^(a|b)$', '^(?:a)*$', '^a|b$', 'a^', ''])('%s is left to the automaton', (source) => {
    expect(steps(source)).toBeUndefined();
  });

  test('is found by the automaton where JavaScript finds it', () => {
    const part = fc.tuple(
      fc.constantFrom('a', '[ab]', '.', '\\w', '[^a]', '\\p{L}'),
      fc.constantFrom('', '{2}', '{3}'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 3 }), fc.constantFrom('', '$'), text, (parts, end, one) => {
        const source = `^${parts.map(([set, count]) => set + count).join('')}${end}`;
        const tree = parsePattern(source, u);
        const translated = tree instanceof Unrunnable ? tree : patternToRe2(tree, u);
        if (translated instanceof Unrunnable) throw new Error(translated.message);
        expect(RE2JS.compile(`\\A${translated.source}${translated.toEnd ? '\\z' : ''}`).test(one)).toBe(
          new RegExp(source, 'u').test(one),
        );
      }),
    );
  });
});
