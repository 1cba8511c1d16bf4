/**
 * How a stage is tried without a server. Whoever adds or changes one begins with a copy of this (CONTRIBUTING.md, Add a stage): events of a pipeline go in as JSON, and
 * what each stage made of them comes out as plain data.
 */
import { describe, expect, test } from '@jest/globals';
import { enrich } from '#stages/kinds/enrich';
import { merge } from '#stages/kinds/merge';
import { validate } from '#stages/kinds/validate';
import { window } from '#stages/kinds/window';
import { StageTester } from './stage-tester.js';

const tester = StageTester.open('test/pipelines/orders');
const order = (orderId: string, customer: string, placedAt: string, more: object = {}): object => ({
  order_id: orderId,
  customer,
  placed_at: `2026-01-05T10:${placedAt}Z`,
  city: 'Recife',
  pieces: 2,
  price: '1.50',
  ...more,
});
const messages = [
  order('a', 'ana', '00:01'),
  order('b', 'rui', '00:02', { city: 'Santos' }),
  order('a', 'ana', '00:03'),
  'no JSON',
  order('c', 'ana', '00:04', { pieces: 0 }),
  order('d', 'rui', '20:00'),
  order('e', 'rui', '05:00'),
  order('f', 'eva', '20:01', { price: 3 }),
];

describe('what a stage writes', () => {
  const run = tester.run('orders', messages);

  test('is told as rows, as refused events, and as a number of duplicates', () => {
    const { rows, refused, duplicates } = run.writtenBy(validate);
    expect(rows.map(({ order_id }) => order_id).sort()).toEqual(['a', 'b', 'd', 'f']);
    expect(refused.map(({ seq, reason, pointer }) => [seq, reason, pointer]).sort()).toEqual([
      [4, 'malformed_json', ''],
      [5, 'out_of_bounds', '/pieces'],
      [7, 'late', '/placed_at'],
    ]);
    expect(duplicates).toBe(1);
  });

  test('is what the stages behind it read', () => {
    expect(run.writtenBy(enrich).rows.find(({ order_id }) => order_id === 'b')).toMatchObject({
      state: 'SP',
      total: '3.00',
    });
    expect(run.writtenBy(enrich).refused).toHaveLength(3);
    expect(run.writtenBy(merge, 'by_state').rows).toContainEqual(
      expect.objectContaining({ window_start: '2026-01-05T10:20:00Z', state: 'PE', orders: 2, revenue: '9.00' }),
    );
    expect(run.writtenBy(window, 'by_customer').rows).toHaveLength(4);
  });
});

const many = Array.from({ length: 90 }, (_, i) =>
  order(
    `o${i % 70}`,
    ['ana', 'rui', 'eva'][i % 3]!,
    `${String(10 + Math.floor(i / 3))}:${String((i * 7) % 60).padStart(2, '0')}`,
    {
      pieces: (i * 5) % 11,
    },
  ),
);

/** What a run decided about them, in an order of its own; of results the newest revision. */
function decided(seed?: number): Readonly<Record<string, unknown>> {
  const run = tester.run('orders', many, seed);
  const { rows, refused } = run.writtenBy(enrich);
  const results = [merge, window].flatMap((stage) => run.writtenBy(stage).rows);
  const keyOf = (row: (typeof results)[number]): string =>
    `${String(row['window_start'])} ${String(row['state'] ?? row['customer'])}`;
  return {
    rows: rows.map((row) => JSON.stringify(row)).sort(),
    refused: refused.map((one) => JSON.stringify(one)).sort(),
    duplicates: run.writtenBy(validate).duplicates,
    results: new Map(results.map(({ revision, ...row }) => [keyOf(row), row])),
    saidTwice: results.length - new Set(results.map((row) => `${keyOf(row)} ${String(row['revision'])}`)).size,
  };
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('no border, death or restart changes what is decided (seed %i)', (seed) => {
  expect(decided(seed)).toEqual(decided());
});
