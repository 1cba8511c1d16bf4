/** A line through readings tells growth from noise. */
import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../examples/sales-tech/random.js';
import { growthOf, type Reading } from './growth.js';

const readings = (valueAt: (seconds: number) => number): Reading[] =>
  Array.from({ length: 200 }, (_, i) => ({ seconds: i * 5, value: valueAt(i * 5) }));
const allowance = { share: 0.1, floor: 5 };
const random = seededRandom(1);

describe('growth', () => {
  test('of a straight line is its slope', () => {
    expect(
      growthOf(
        readings((seconds) => 100 + seconds / 60),
        allowance,
      ),
    ).toMatchObject({ readings: 200, perMinute: 1, gained: 16.58, max: 116.58, flat: false });
  });

  test('is none in noise and in teeth of a saw', () => {
    expect(
      growthOf(
        readings(() => 100 + random.below(40)),
        allowance,
      ).flat,
    ).toBe(true);
    expect(
      growthOf(
        readings((seconds) => 100 + (seconds % 60)),
        allowance,
      ).flat,
    ).toBe(true);
  });

  test('is found under noise, and allowed where it is small', () => {
    expect(
      growthOf(
        readings((seconds) => 100 + random.below(40) + seconds / 20),
        allowance,
      ).flat,
    ).toBe(false);
    expect(
      growthOf(
        readings((seconds) => 10 + seconds / 500),
        allowance,
      ).flat,
    ).toBe(true);
  });

  test('downwards is no growth', () => {
    expect(
      growthOf(
        readings((seconds) => 1000 - seconds / 2),
        allowance,
      ),
    ).toMatchObject({ perMinute: -30, flat: true });
  });
});
