/** What is remembered of values is bounded, and says whether a property tells events apart. */
import { expect, test } from '@jest/globals';
import { hash64 } from '#frame/partition';
import { DistinctValues } from './distinct-values.js';
import { Profile } from './profile.js';
import { UniqueValues } from './unique-values.js';

const hash = (n: number): number => Number(hash64(String(n)) >> 11n);

test('a value that two events share is found among many, also when most are not followed any more', () => {
  const unique = new UniqueValues(1_000);
  const [apart, repeated] = [unique.begin(), unique.begin()];
  for (let n = 0; n < 50_000; n++) {
    unique.see(apart, hash(n), () => n);
    unique.see(repeated, hash(n % 40_000), () => n);
  }
  expect(apart.events?.size).toBeLessThanOrEqual(1_000);
  expect(repeated.events).toBeUndefined();
  expect(unique.every).toBeGreaterThan(16);
});

test('the same event may come again', () => {
  const unique = new UniqueValues();
  const one = unique.begin();
  for (const event of [1, 2, 1]) unique.see(one, event, () => event);
  expect(one.events?.size).toBe(2);
});

test('different values are counted, of many about so many', () => {
  const distinct = new DistinctValues();
  for (let n = 0; n < 500; n++) for (let times = 0; times < 3; times++) distinct.see(hash(n));
  expect([distinct.count, distinct.isExact]).toEqual([500, true]);
  for (let n = 0; n < 100_000; n++) distinct.see(hash(n));
  expect(distinct.isExact).toBe(false);
  expect(Math.abs(distinct.count / 100_000 - 1)).toBeLessThan(0.2);
});

test.each([
  ['[1]', 'is no JSON object'],
  ['nothing', 'is not JSON'],
  ['{"a":1e999}', 'has a number that is too large'],
  ['{"a":["\\ud800"]}', 'has half a character (an unpaired surrogate)'],
  ['{"\\udc00":1}', 'has half a character (an unpaired surrogate)'],
  [`${'{"a":'.repeat(600)}1${'}'.repeat(600)}`, 'is nested deeper than 512 levels'],
])('a text that no contract accepts says why, and nothing is learnt from it: %s', (text, says) => {
  const profile = new Profile();
  expect(profile.add(text)).toBe(says);
  expect([profile.events, profile.root.properties.size]).toEqual([0, 0]);
});
