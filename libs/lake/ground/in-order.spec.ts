/** Bounded work keeps its bound and its order. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { inOrder } from './in-order.js';

describe('work a few at a time', () => {
  test('gives results in order and never runs more than the bound', async () => {
    let [running, most] = [0, 0];
    const results = await inOrder([3, 1, 2, 0], 2, async (turns) => {
      most = Math.max(most, ++running);
      for (let i = 0; i < turns; i++) await turn();
      running--;
      return turns * 10;
    });
    expect(results).toEqual([30, 10, 20, 0]);
    expect(most).toBe(2);
  });

  test('starts nothing new after a failure, and throws it when the rest has settled', async () => {
    const started: number[] = [];
    const failing = inOrder([0, 1, 2, 3], 2, async (n) => {
      started.push(n);
      await turn();
      if (n === 0) throw new Error('broken');
      await turn();
    });
    await expect(failing).rejects.toThrow('broken');
    expect(started).toEqual([0, 1]);
  });
});
