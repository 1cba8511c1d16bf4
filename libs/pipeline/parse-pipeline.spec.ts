/** The pipeline file is read whole: defaults are filled, and every fault is named with its line and mend. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Pipeline } from './model.js';
import { parsePipeline } from './parse-pipeline.js';
import { type Problem, renderProblems } from './problem.js';

const shop = `apiVersion: afluente/v1
name: shop
sources:
  orders:
    subjects: [events.orders, events.orders.>]
    contract: contracts/order.schema.json
    id: event_id
    key: user_id
    eventTime: { field: occurred_at }
  visits:
    stream: VISITS
    filter: visits.>
    partitions: 2
    contract: contracts/order.schema.json
    id: event_id
    key: user_id
    eventTime: { field: occurred_at, outOfOrderness: 250ms, idleAfter: 2s }
    dedup: { horizon: 2d }
references:
  products: { file: reference/products.parquet, key: product_id, refresh: 1m }
enrich:
  orders: { sql: SELECT e.* FROM events e }
windows:
  revenue:
    from: orders
    tumbling: 1m
    lateness: 30s
    key: [category]
    measures: { revenue: sum(total), orders: count() }
lake:
  url: s3://bucket/lake
  commit: { every: 2s, rows: 1_000, bytes: 4MiB }
  tables:
    sales: { from: enriched.orders, partitionBy: [year, month] }
`;
const order = JSON.stringify({ properties: { event_id: {}, user_id: {}, occurred_at: {}, total: {} } });
const files: Record<string, string> = { 'contracts/order.schema.json': order };

function parse(text: string, given: Record<string, string> = files) {
  return parsePipeline(text, 'pipeline.yaml', (path) => (Object.hasOwn(given, path) ? given[path] : undefined));
}

function pipelineOf(text: string): Pipeline {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(renderProblems(parsed.problems));
  return parsed.pipeline;
}

function problemsOf(text: string, given?: Record<string, string>): readonly Problem[] {
  const parsed = parse(text, given);
  return parsed.ok ? [] : parsed.problems;
}

/** The rendered problems after one replacement in the valid file. */
function after(from: string, to: string): string[] {
  expect(shop).toContain(from);
  return renderProblems(problemsOf(shop.replace(from, to))).split('\n').filter((line) => line !== '');
}

describe('a valid pipeline file', () => {
  it('gets every default', () => {
    const { orders } = pipelineOf(shop).sources;
    expect(orders).toEqual({
      name: 'orders',
      front: { kind: 'subjects', subjects: ['events.orders', 'events.orders.>'], bytesMax: 2 ** 31 },
      partitions: 4,
      contract: 'contracts/order.schema.json',
      id: 'event_id',
      key: 'user_id',
      eventTime: { field: 'occurred_at', outOfOrdernessMs: 5_000, idleAfterMs: 10_000 },
      dedup: { horizonMs: 3_600_000 },
    });
  });

  it('keeps what is written, in milliseconds and bytes', () => {
    const { sources, references, windows, lake } = pipelineOf(shop);
    expect(sources['visits']?.front).toEqual({ kind: 'stream', stream: 'VISITS', filter: 'visits.>' });
    expect(sources['visits']?.eventTime).toEqual({ field: 'occurred_at', outOfOrdernessMs: 250, idleAfterMs: 2_000 });
    expect(sources['visits']?.dedup.horizonMs).toBe(172_800_000);
    expect(references['products']).toMatchObject({ format: 'parquet', refreshMs: 60_000 });
    expect(windows['revenue']).toMatchObject({ sizeMs: 60_000, latenessMs: 30_000, measures: { orders: 'count()' } });
    expect(lake).toMatchObject({ url: 's3://bucket/lake', commit: { everyMs: 2_000, rows: 1_000, bytes: 2 ** 22 } });
  });

  it('has exactly one table for each origin', () => {
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

  it('needs no references, windows or lake', () => {
    const small = pipelineOf(shop.slice(0, shop.indexOf('references:')));
    expect(small).toMatchObject({ references: {}, enrich: {}, windows: {}, lake: { commit: { everyMs: 10_000, rows: 1e6, bytes: 2 ** 27 } } });
  });
});

describe('a fault in the file', () => {
  it.each<[string, string, string]>([
    ['partitions: 2', 'partitions: 0', 'pipeline.yaml:13: sources.visits.partitions: must be a whole number from 1 to 256 (is 0). Write e.g. "partitions: 4".'],
    ['partitions: 2', 'partition: 2', 'pipeline.yaml:13: sources.visits.partition: is not a key that is known here. Did you mean "partitions"?'],
    ['    id: event_id\n    key: user_id\n    eventTime: { field: occurred_at }\n', '    key: user_id\n    eventTime: { field: occurred_at }\n', 'pipeline.yaml:4: sources.orders.id: is missing. Write e.g. "id: event_id".'],
    ['apiVersion: afluente/v1', 'apiVersion: v2', 'pipeline.yaml:1: apiVersion: must be afluente/v1 (is "v2"). Write e.g. "apiVersion: afluente/v1".'],
    ['tumbling: 1m', 'tumbling: 0m', 'pipeline.yaml:26: windows.revenue.tumbling: must be a duration longer than zero: a whole number with ms, s, m, h or d (is "0m"). Write e.g. "tumbling: 1m".'],
    ['bytes: 4MiB', 'bytes: 4 lots', 'pipeline.yaml:32: lake.commit.bytes: must be a size: a number of bytes, or a whole number with KiB, MiB, GiB or TiB (is "4 lots"). Write e.g. "bytes: 128MiB".'],
    ['  revenue:\n', '  Revenue:\n', 'pipeline.yaml:24: windows.Revenue: must be lower-case letters, digits, "-" and "_", beginning with a letter or digit (is "Revenue"). Write e.g. "orders".'],
    ['products:', 'events:', 'pipeline.yaml:20: references.events: must be lower-case letters, digits and "_", beginning with a letter, and not "events" (is "events"). Write e.g. "orders".'],
    ['    filter: visits.>', '    subjects: [visits.>]', 'pipeline.yaml:10: sources.visits: has both subjects and stream. Keep one of them.'],
    ['    subjects: [events.orders, events.orders.>]\n', '', 'pipeline.yaml:4: sources.orders: needs subjects or stream. Write e.g. "subjects: [events.orders]".'],
    ['    stream: VISITS\n    filter: visits.>\n', '    subjects: [visits.>]\n    filter: visits.>\n', 'pipeline.yaml:12: sources.visits.filter: belongs to stream, not to subjects. Remove "filter".'],
    ['sum(total)', 'sum total', 'pipeline.yaml:29: windows.revenue.measures.revenue: must be a function of one column or of none, e.g. sum(total) or count() (is "sum total"). Write e.g. "revenue: count()".'],
    ['from: orders', 'from: order', 'pipeline.yaml:25: windows.revenue.from: there is no source "order". Did you mean "orders"?'],
    ['enrich:\n  orders', 'enrich:\n  visit', 'pipeline.yaml:22: enrich.visit: there is no source "visit". Did you mean "visits"?'],
    ['enriched.orders', 'enriched.order', 'pipeline.yaml:34: lake.tables.sales.from: "enriched.order" is not in this pipeline. Did you mean "enriched.orders"?'],
    ['enriched.orders', 'silver.orders', 'pipeline.yaml:34: lake.tables.sales.from: must be raw.<source>, rejected.<source>, enriched.<source> or results.<window> (is "silver.orders"). Write e.g. "from: enriched.orders".'],
    ['    sales: {', '    gold_revenue: {', 'pipeline.yaml:34: lake.tables.gold_revenue: "gold_revenue" is the name of the table of results.revenue. Use another name, or rename the table of results.revenue too.'],
    ['from: enriched.orders, partitionBy: [year, month]', 'from: results.revenue, partitionBy: [year, categories]', 'pipeline.yaml:34: lake.tables.sales.partitionBy[1]: "categories" is no column to partition results.revenue by. Did you mean "category"?'],
    ['partitionBy: [year, month]', 'partitionBy: [year, year]', 'pipeline.yaml:34: lake.tables.sales.partitionBy: must be a list of column names, each once (is a list). Remove the one that stands twice.'],
    ['orders: count()', 'category: count()', 'pipeline.yaml:29: windows.revenue.measures.category: "category" is a key column too. Give the measure another name.'],
    ['orders: count()', 'revision: count()', 'pipeline.yaml:29: windows.revenue.measures.revision: every window has a column "revision" of its own. Use another name.'],
    ['events.orders.>]', 'events.>]', 'pipeline.yaml:5: sources.orders.subjects[1]: "events.>" overlaps with "events.orders" of the same source. Let each message belong to one subject of one source.'],
    ['    stream: VISITS\n    filter: visits.>', '    subjects: [events.*.new]', 'pipeline.yaml:11: sources.visits.subjects[0]: "events.*.new" overlaps with "events.orders.>" of the source "orders". Let each message belong to one subject of one source.'],
    ['events.orders.>]', 'events..x]', 'pipeline.yaml:5: sources.orders.subjects[1]: must not have an empty token (a dot at an end or two dots) (is "events..x"). Write e.g. "events.orders" or "events.orders.>".'],
    ['key: user_id', 'key: userid', 'pipeline.yaml:8: sources.orders.key: contracts/order.schema.json has no property "userid". Did you mean "user_id"?'],
    ['contract: contracts/order.schema.json', 'contract: order.json', 'pipeline.yaml:6: sources.orders.contract: there is no file "order.json". Create the file, or write its path relative to the folder of the pipeline file.'],
    ['name: shop\n', 'name: shop\nname: shop\n', 'pipeline.yaml:3: the key "name" stands twice in one mapping. Remove or rename one of the two.'],
  ])('%j → %j is named', (from, to, problem) => {
    expect(after(from, to)).toEqual([problem]);
  });

  it.each<[string, string, string]>([
    ['an empty file', '', 'pipeline.yaml:1: the file is empty. Begin with'],
    ['a file of comments', '# nothing\n', 'pipeline.yaml:1: the file is empty. Begin with'],
    ['a list', '- a\n- b\n', 'pipeline.yaml:1: the file must be a mapping'],
    ['a tab', shop.replace('    id: event_id', '\tid: event_id'), 'pipeline.yaml:7: '],
    ['an open bracket', shop.replace('events.orders.>]', 'events.orders.>'), 'pipeline.yaml:'],
    ['two documents', `${shop}---\n${shop}`, 'pipeline.yaml:35: '],
    ['an unknown alias', 'name: *x\n', 'pipeline.yaml:1: '],
    ['only the version', 'apiVersion: afluente/v1\n', 'pipeline.yaml:1: name: is missing. Write e.g. "name: shop".'],
  ])('%s is named', (_, text, problem) => {
    expect(renderProblems(problemsOf(text))).toContain(problem);
  });

  it('tells how to replace a tab', () => {
    expect(renderProblems(problemsOf(shop.replace('    id: event_id', '\tid: event_id')))).toContain('Write two spaces instead of each tab.');
  });

  it('does not hide the others', () => {
    const broken = shop.replace('partitions: 2', 'partitions: many').replace('key: user_id', 'key: nobody').replace('from: orders', 'from: ordres');
    expect(problemsOf(broken).map(({ path }) => path)).toEqual(['sources.orders.key', 'sources.visits.partitions', 'windows.revenue.from']);
  });

  it('in a contract names the file and line of the contract, once', () => {
    const broken = { 'contracts/order.schema.json': '{\n  "properties": {\n    "a": {} "b": {}\n  }\n}' };
    expect(renderProblems(problemsOf(shop, broken))).toBe(
      'contracts/order.schema.json:3: this is not JSON. Correct this line: look for a missing comma, quote or bracket.',
    );
  });
});

describe('any text', () => {
  const mutation = fc.record({ at: fc.nat(shop.length), cut: fc.nat(40), put: fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('\t', '- ', ': ', '{', '*a', '&a', '"', '\n', '__proto__: 1')) });

  it('gives a pipeline or problems with file, line, message and mend, and never throws', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const text = mutations.reduce((was, { at, cut, put }) => was.slice(0, at) + put + was.slice(at + cut), shop);
        for (const { file, line, message, mend } of problemsOf(text)) {
          expect(file).not.toBe('');
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(text.split('\n').length);
          expect(message).not.toBe('');
          expect(mend).not.toBe('');
        }
      }),
      { numRuns: 400 },
    );
  });

  it('in a contract never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(order.length), (put, at) => {
        const text = order.slice(0, at) + put + order.slice(at);
        for (const problem of problemsOf(shop, { 'contracts/order.schema.json': text })) expect(problem.line).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});
