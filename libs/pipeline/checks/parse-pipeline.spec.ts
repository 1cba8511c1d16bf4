/** What a pipeline file becomes, and that no text makes the parser throw. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { order, pipelineOf, problemsOf, shop } from './example-shop.js';

fc.configureGlobal({ seed: 1 });

describe('a valid pipeline file', () => {
  test('gets every default', () => {
    const { orders } = pipelineOf(shop).sources;
    expect(orders).toEqual({
      name: 'orders',
      front: { kind: 'subjects', subjects: ['events.orders', 'events.orders.>'], bytesMax: 2 ** 31 },
      patterns: ['events.orders', 'events.orders.>'].map((subject) => ({ subject, columns: {} })),
      headers: [],
      partitions: 4,
      generations: [4],
      contract: 'contracts/order.schema.json',
      id: ['event_id'],
      key: 'user_id',
      eventTime: { field: 'occurred_at', outOfOrdernessMs: 5_000, aheadMsMax: 60_000, idleAfterMs: 10_000 },
      dedup: { horizonMs: 3_600_000 },
    });
  });

  test.each([
    ['first', { at: 'first' }],
    ['new', { at: 'new' }],
    ['17', { at: 'sequence', seq: 17 }],
    ['2026-01-31T02:00:00+02:00', { at: 'time', timeMs: Date.UTC(2026, 0, 31) }],
  ])('begins in a stream at %s', (start, model) => {
    const text = shop.replace('filter: visits.>', `start: ${start}`);
    expect(pipelineOf(text).sources['visits']?.front).toMatchObject({ start: model });
  });

  test('keeps what is written, in milliseconds and bytes', () => {
    const { sources, references, windows, lake } = pipelineOf(shop);
    expect(sources['visits']?.front).toEqual({
      kind: 'stream',
      stream: 'VISITS',
      filters: ['visits.>'],
      start: { at: 'first' },
    });
    expect(sources['visits']?.eventTime).toEqual({
      field: 'occurred_at',
      outOfOrdernessMs: 250,
      aheadMsMax: 0,
      idleAfterMs: 2_000,
    });
    expect(sources['visits']?.dedup.horizonMs).toBe(172_800_000);
    expect(references['products']).toMatchObject({ format: 'parquet', refreshMs: 60_000 });
    expect(windows['revenue']).toMatchObject({ sizeMs: 60_000, latenessMs: 30_000, measures: { orders: 'count()' } });
    expect(lake).toMatchObject({
      url: 's3://bucket/lake',
      commit: { everyMs: 2_000, rows: 1_000, bytes: 2 ** 22, leastBytes: 1, latestMs: 2_000 },
    });
  });

  test('has exactly one table for each origin', () => {
    const { tables } = pipelineOf(shop).lake;
    const origins = Object.values(tables).map(({ name, from, timeColumn }) => `${name} ${from} ${timeColumn}`);
    expect(origins).toEqual([
      'bronze_orders raw.orders _arrived_at',
      'quarantine_orders rejected.orders _arrived_at',
      'sales enriched.orders occurred_at',
      'bronze_visits raw.visits _arrived_at',
      'quarantine_visits rejected.visits _arrived_at',
      'silver_visits enriched.visits occurred_at',
      'gold_revenue results.revenue window_start',
    ]);
    expect(tables['sales']?.partitionBy).toEqual(['year', 'month']);
  });

  test('needs no references, windows or lake', () => {
    const small = pipelineOf(shop.slice(0, shop.indexOf('references:')));
    expect(small).toMatchObject({
      references: {},
      enrich: {},
      windows: {},
      lake: { commit: { everyMs: 10_000, rows: 1e6, bytes: 2 ** 27, leastBytes: 1, latestMs: 10_000 } },
    });
  });
});

describe('any text', () => {
  const mutation = fc.record({
    at: fc.nat(shop.length),
    cut: fc.nat(40),
    put: fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('\t', '- ', ': ', '{', '*a', '&a', '"', '\n', '__proto__: 1'),
    ),
  });

  test('gives a pipeline or problems with file, line, message and remedy, and never throws', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const text = mutations.reduce((was, { at, cut, put }) => was.slice(0, at) + put + was.slice(at + cut), shop);
        for (const { file, line, message, remedy } of problemsOf(text)) {
          expect(file).not.toBe('');
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(text.split('\n').length);
          expect(message).not.toBe('');
          expect(remedy).not.toBe('');
        }
      }),
      { numRuns: 400 },
    );
  });

  test('in a contract never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(order.length), (put, at) => {
        const text = order.slice(0, at) + put + order.slice(at);
        for (const problem of problemsOf(shop, { 'contracts/order.schema.json': text }))
          expect(problem.line).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});
