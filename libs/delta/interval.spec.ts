/** Durations as Spark writes them into the settings of a table. */
import { expect, test } from '@jest/globals';
import { intervalMs } from './interval.js';

const day = 24 * 3_600_000;

test.each([
  ['interval 7 days', 7 * day],
  ['interval 1 week', 7 * day],
  ['INTERVAL 168 HOURS', 7 * day],
  ['30 days', 30 * day],
  ['interval 1 week 12 hours 30 minutes', 7.5 * day + 30 * 60_000],
  ['interval 90000 milliseconds', 90_000],
  ['interval 0 seconds', 0],
])('%s is %d ms', (text, ms) => expect(intervalMs(text)).toBe(ms));

test.each(['', 'interval', 'interval 1 month', '7', 'days 7', 'interval 1 fortnight', 'interval 1.5 days'])(
  '"%s" is none',
  (text) => expect(intervalMs(text)).toBeUndefined(),
);
