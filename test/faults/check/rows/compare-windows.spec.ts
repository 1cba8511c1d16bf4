/** The oracle computes the windows of the workload, and a planted wrong, missing or repeated result is found. */
import { describe, expect, test } from '@jest/globals';
import { eventStartMs, type Order } from '../../workload/event-of.js';
import { resultLine } from '../logs/result-line.js';
import { goldFindings, windowFindings } from './compare-windows.js';
import type { ResultRow } from './row-types.js';
import { resultKey, windowOracle } from './window-oracle.js';

const order = (customer: number, n: number, afterMs: number, city: string, pieces: number, price: string): Order => ({
  order_id: `${customer}-${n}`,
  customer: `customer ${customer}`,
  n,
  placed_at: new Date(eventStartMs + afterMs).toISOString(),
  city,
  pieces,
  price,
});
const orders = [
  order(1, 0, 0, 'Recife', 2, '10.10'),
  order(1, 1, 9_999, 'Salvador', 1, '0.05'),
  order(2, 0, 10_000, 'Manaus', 3, '1.00'),
  order(1, 2, 30_000, 'Recife', 1, '7.00'),
];
const oracle = windowOracle(orders);

const row = (startMs: number, revision: number, values: string): ResultRow => ({
  window: 'by_customer',
  startMs: eventStartMs + startMs,
  key: 'customer 1',
  revision,
  values,
});
const story = [row(0, 1, '1|2|0'), row(0, 2, '2|3|1'), row(30_000, 1, '1|1|2')];
const mine = new Map([...oracle].filter(([key]) => key.startsWith('by_customer') && key.endsWith('customer 1')));
const published = (rows: readonly ResultRow[], trimmed = false) => [
  ...windowFindings(mine, { where: 'gold', rows, trimmed }),
];

describe('the oracle', () => {
  test('groups by window and key, and sums exactly', () => {
    expect(Object.fromEntries(oracle)).toEqual({
      [resultKey('by_customer', eventStartMs, 'customer 1')]: '2|3|1',
      [resultKey('by_customer', eventStartMs, 'customer 2')]: '1|3|0',
      [resultKey('by_customer', eventStartMs + 30_000, 'customer 1')]: '1|1|2',
      [resultKey('by_region', eventStartMs, 'Nordeste')]: '2|20.25|1',
      [resultKey('by_region', eventStartMs + 10_000, null)]: '1|3.00|1',
      [resultKey('by_region', eventStartMs + 30_000, 'Nordeste')]: '1|7.00|1',
    });
  });

  test('writes measures as a line of a results log has them', () => {
    const line =
      '{"window_start":"2025-01-01T00:00:00Z","window_end":"2025-01-01T00:00:10Z","region":"Nordeste","orders":2,"revenue":"20.25","customers":1,"revision":3}';
    expect(resultLine('by_region', line)).toEqual({
      window: 'by_region',
      startMs: eventStartMs,
      key: 'Nordeste',
      revision: 3,
      values: '2|20.25|1',
    });
  });
});

describe('published results', () => {
  test('that end in what the oracle says are right', () => {
    expect(published(story)).toEqual([]);
    expect(published(story.slice(1), true)).toEqual([]);
  });

  test('with a wrong, missing, extra, repeated or skipped revision are found', () => {
    expect(published([...story, row(0, 3, '3|4|1')])).toHaveLength(1);
    expect(published(story.slice(0, 2))).toHaveLength(1);
    expect(published([...story, row(60_000, 1, '1|1|1')])).toHaveLength(1);
    expect(published([...story, story[1]!])).toHaveLength(1);
    expect(published(story.slice(1))).toHaveLength(1);
  });

  test('must be the same in gold and in the logs', () => {
    expect([...goldFindings(story, story)]).toEqual([]);
    expect([...goldFindings(story.slice(1), story)]).toHaveLength(1);
    expect([...goldFindings(story, story.slice(1))]).toHaveLength(1);
  });
});
