/** Gaps of a front stream are told once they are certain, with or without a message behind them. */
import { describe, expect, test } from '@jest/globals';
import { FrontGaps } from './front-gaps.js';

describe('what is missing from a front stream', () => {
  test('is found by the next delivery', () => {
    const gaps = new FrontGaps('front', 7);
    expect(gaps.receive(8)).toBeUndefined();
    expect(gaps.receive(11)?.message).toContain('2 messages before 11 are missing from front');
  });

  test('is found without one, at the second look', () => {
    const gaps = new FrontGaps('front', 7);
    expect(gaps.look(8)).toBeUndefined();
    expect(gaps.look(10)).toBeUndefined();
    expect(gaps.look(10)?.message).toContain('2 messages before 10 are missing from front');
  });

  test('is nothing that was on its way at the first look', () => {
    const gaps = new FrontGaps('front', 7);
    expect([gaps.look(10), gaps.receive(8), gaps.receive(9), gaps.look(10), gaps.look(10)].filter(Boolean)).toEqual([]);
  });

  test('is not what was read and trimmed', () => {
    const gaps = new FrontGaps('front', 7);
    expect([1, 5, 8, 8].map((first) => gaps.look(first)).filter(Boolean)).toEqual([]);
  });
});
