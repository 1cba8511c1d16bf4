/** The same sentence is not said all the time. */
import { expect, test } from '@jest/globals';
import { Repeats } from './repeats.js';

test('a sentence that comes again soon is counted, and shown again later', () => {
  const repeats = new Repeats();
  const shown = [0, 1_000, 2_000, 30_000, 60_000].map((nowMs) => repeats.take('no answer', nowMs));
  expect(shown).toEqual([
    'no answer',
    undefined,
    undefined,
    'no answer (and 2 times since it was last shown)',
    'no answer',
  ]);
  expect(repeats.take('other', 1_000)).toBe('other');
});
