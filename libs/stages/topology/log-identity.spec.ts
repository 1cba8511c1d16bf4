/** What a log says it was made for changes with all that would make its numbers wrong, and with nothing else. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ColumnType } from '#columns/types/column-spec';
import type { LogName } from '#frame/log-name';
import { type LogStage, streamOf } from '#frame/log-name';
import type { Pipeline, Source, Window } from '#pipeline/model/model';
import { examplePipeline } from './example-pipeline.js';
import { identityOf as identityOfTyped, relativesOf } from './log-identity.js';

fc.configureGlobal({ seed: 1 });

const shop = examplePipeline();
const types: Readonly<Record<string, ColumnType>> = {
  city: { kind: 'string' },
  price: { kind: 'decimal', precision: 12, scale: 2 },
  at: { kind: 'timestamp' },
};
const columnsOf = (kinds: Readonly<Record<string, ColumnType>>) =>
  Object.entries(kinds).map(([name, type]) => ({ name, type, nullable: true }));
const identityOf = (pipeline: Pipeline, log: LogName, kinds = types) =>
  identityOfTyped({ pipeline, enriched: { orders: columnsOf(kinds) } }, log);
const logOf = (stage: LogStage, origin: string, partition = 0) => ({
  pipeline: 'shop',
  stage,
  origin: origin,
  partition,
});
const sourceLog = (pipeline: Pipeline) => identityOf(pipeline, logOf('raw', 'orders')).text;
const windowLog = (pipeline: Pipeline) => identityOf(pipeline, logOf('results', 'by_city')).text;

const withSource = (change: Partial<Source>): Pipeline => ({
  ...shop,
  sources: { ...shop.sources, orders: { ...shop.sources['orders']!, ...change } },
});
const withWindow = (change: Partial<Window>): Pipeline => ({
  ...shop,
  windows: { ...shop.windows, by_city: { ...shop.windows['by_city']!, ...change } },
});

describe('what a log was made for is said', () => {
  test('of its source, in all partitions and stages alike', () => {
    for (const stage of ['raw', 'valid', 'enriched'] as const) {
      for (const partition of [0, 2]) {
        const text = 'afluente: source orders, 3 partitions by user, id id.';
        expect(identityOf(shop, logOf(stage, 'orders', partition))).toEqual({ text, source: text });
      }
    }
    expect(identityOf(shop, logOf('raw', 'visits')).text).toBe('afluente: source visits, 1 partition by user, id id.');
  });

  test('of its window, behind its source', () => {
    const source = 'afluente: source orders, 3 partitions by user, id id.';
    const text = `${source} Window by_city, tumbling 60000 ms of at, key city string, measures total sum(price decimal(12,2)), orders count().`;
    for (const stage of ['partials', 'results'] as const)
      expect(identityOf(shop, logOf(stage, 'by_city'))).toEqual({ text, source });
  });

  test.each<[string, Partial<Source>]>([
    ['number of partitions', { partitions: 4, generations: [4] }],
    ['key', { key: 'shop' }],
    ['id', { id: ['uuid'] }],
  ])('other with another %s, in the logs of the source and of its windows', (_, change) => {
    expect(sourceLog(withSource(change))).not.toBe(sourceLog(shop));
    expect(windowLog(withSource(change))).not.toBe(windowLog(shop));
  });

  test.each<[string, Pipeline]>([
    ['another size', withWindow({ sizeMs: 10_000 })],
    ['another key', withWindow({ key: ['city', 'user'] })],
    ['a measure more', withWindow({ measures: { total: 'sum(price)', orders: 'count()', least: 'min(price)' } })],
    [
      'another order of measures, in which the state is kept',
      withWindow({ measures: { orders: 'count()', total: 'sum(price)' } }),
    ],
    ['another column', withWindow({ measures: { total: 'sum(cost)', orders: 'count()' } })],
    ['another source', withWindow({ from: 'visits' })],
    ['another event time', withSource({ eventTime: { ...shop.sources['orders']!.eventTime, field: 'paid_at' } })],
  ])('other with %s, in the logs of a window', (_, changed) => {
    expect(windowLog(changed)).not.toBe(windowLog(shop));
    expect(sourceLog(changed)).toBe(sourceLog(shop));
  });

  test.each<[string, Readonly<Record<string, ColumnType>>]>([
    ['a sum over another type', { ...types, price: { kind: 'float64' } }],
    ['more digits', { ...types, price: { kind: 'decimal', precision: 14, scale: 2 } }],
    ['a key of another type', { ...types, city: { kind: 'int64' } }],
  ])('other with %s, in the logs of a window', (_, changed) => {
    expect(identityOf(shop, logOf('results', 'by_city'), changed).text).not.toBe(windowLog(shop));
    expect(identityOf(shop, logOf('enriched', 'orders'), changed).text).toBe(sourceLog(shop));
  });

  test('the same when columns come, go or change that the window does not compute with', () => {
    const { at: _, ...without } = types;
    for (const changed of [
      { ...types, note: { kind: 'string' } },
      without,
      { ...without, at: { kind: 'string' } },
    ] satisfies Record<string, ColumnType>[]) {
      expect(identityOf(shop, logOf('results', 'by_city'), changed).text).toBe(windowLog(shop));
    }
  });

  test('the same with other lateness, contract, SQL, spaces', () => {
    const { eventTime, dedup } = shop.sources['orders']!;
    const later = withSource({
      contract: 'other.json',
      eventTime: { ...eventTime, outOfOrdernessMs: 1, idleAfterMs: 1, aheadMsMax: 1 },
      dedup: { horizonMs: dedup.horizonMs + 1 },
    });
    for (const changed of [
      later,
      withWindow({ latenessMs: 7 }),
      withWindow({ measures: { total: ' sum( price )', orders: 'count(*)' } }),
      { ...shop, enrich: {}, references: {} },
    ]) {
      expect([sourceLog(changed), windowLog(changed)]).toEqual([sourceLog(shop), windowLog(shop)]);
    }
  });
});

describe('whatever names there are', () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom('a, b', 'a', 'b', '"a"', 'a"', 'a by b', 'a.', '\ud800', 'preço'),
    fc.string({ minLength: 800, maxLength: 3000, unit: 'grapheme' }),
  );
  const keys = fc.array(name, { minLength: 1, maxLength: 3 });

  test('two windows say the same only when they are the same', () => {
    fc.assert(
      fc.property(keys, keys, (one, other) => {
        expect(windowLog(withWindow({ key: one })) === windowLog(withWindow({ key: other }))).toBe(
          JSON.stringify(one) === JSON.stringify(other),
        );
      }),
    );
  });

  test('NATS takes the text, and gives back the same', () => {
    fc.assert(
      fc.property(name, keys, (id, key) => {
        const pipeline = { ...withWindow({ key }), sources: withSource({ id: [id], key: id }).sources };
        const { text, source } = identityOf(pipeline, logOf('results', 'by_city'));
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_000);
        expect(Buffer.from(text).toString()).toBe(text);
        expect(text.startsWith(source)).toBe(true);
      }),
    );
  });
});

test('the relatives of a log are the first logs of its source and of its window', () => {
  const ofSource = ['afl_shop_raw_orders_0', 'afl_shop_valid_orders_0', 'afl_shop_enriched_orders_0'];
  expect(relativesOf(shop, logOf('valid', 'orders', 2)).map(streamOf)).toEqual(ofSource);
  expect(relativesOf(shop, logOf('partials', 'by_city', 1)).map(streamOf)).toEqual([
    ...ofSource,
    'afl_shop_partials_by_city_0',
    'afl_shop_results_by_city_0',
  ]);
  expect(relativesOf(shop, logOf('results', 'by_user', 1)).map(streamOf)).toEqual([
    ...ofSource,
    'afl_shop_results_by_user_0',
  ]);
});
