/** Widths and cuts: whatever the text, no character that a person sees is split, and nothing is wider than it may be. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { oddText } from './example-text.js';
import { cutText, padText, widthOf } from './text-width.js';

fc.configureGlobal({ seed: 1 });

const graphemesOf = (text: string): string[] =>
  [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(({ segment }) => segment);

describe('the width of a text', () => {
  test.each([
    ['água', 4],
    ['e\u0301', 1],
    ['日本', 4],
    ['👩‍👩‍👧', 2],
    ['🇵🇹', 2],
    ['👍🏽', 2],
    ['', 0],
  ])('of %s is %i', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  test('is counted no further than it is asked for', () => {
    expect([widthOf('日本日本', 3), widthOf('abcdef', 3), widthOf('ab', 3)]).toEqual([3, 3, 2]);
  });
});

describe('a cut', () => {
  test.each([
    ['abcdef', 4, 'abc…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧…'],
    ['fits', 4, 'fits'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('of %s to %i columns is %s', (text, columns, cut) => {
    expect(cutText(text, columns)).toBe(cut);
  });

  test('never splits a character, and is never too wide', () => {
    fc.assert(
      fc.property(oddText, fc.nat(30), (text, columns) => {
        const cut = cutText(text, columns);
        expect(widthOf(cut)).toBeLessThanOrEqual(columns);
        if (cut === text || columns === 0) return;
        const kept = graphemesOf(cut.slice(0, -1));
        expect(cut.endsWith('…')).toBe(true);
        expect(kept).toEqual(graphemesOf(text).slice(0, kept.length));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is as long as it may be', () => {
    fc.assert(
      fc.property(oddText, fc.integer({ min: 1, max: 30 }), (text, columns) => {
        const cut = cutText(text, columns);
        if (cut === text) return;
        const next = graphemesOf(text)[graphemesOf(cut.slice(0, -1)).length]!;
        expect(widthOf(cut) + widthOf(next)).toBeGreaterThan(columns);
      }),
    );
  });
});

describe('padding', () => {
  test('fills up to a width, on either side, and leaves what is wider', () => {
    expect([padText('日本', 6), padText('日本', 6, true), padText('日本', 3)]).toEqual(['日本  ', '  日本', '日本']);
  });
});
