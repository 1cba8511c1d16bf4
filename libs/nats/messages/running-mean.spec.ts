/** A mean that forgets. */
import { expect, test } from '@jest/globals';
import { RunningMean } from './running-mean.js';

test('is 0 without values, the plain mean of a few, and follows the newest of many', () => {
  const mean = new RunningMean();
  expect(mean.value).toBe(0);
  for (const value of [10, 20, 60]) mean.add(value);
  expect(mean.value).toBeCloseTo(30);
  for (let i = 0; i < 1_000; i++) mean.add(500);
  expect(mean.value).toBeCloseTo(500, 0);
});
