/** Faults of a pipeline file: each is named with its line, and with what to do. */
import { describe, expect, test } from '@jest/globals';
import { renderProblems } from '../text/problem.js';
import { after, problemsOf, shop } from './example-shop.js';

describe('a fault in the file', () => {
  test.each<[string, string, string]>([
    [
      'partitions: 2',
      'partitions: 0',
      'pipeline.yaml:13: sources.visits.partitions: must be a whole number from 1 to 256, or a list of what it was and is, e.g. [4, 16] (is 0). Write e.g. "partitions: 4".',
    ],
    [
      'partitions: 2',
      'partitions: [2, 300]',
      'pipeline.yaml:13: sources.visits.partitions[1]: must be a whole number from 1 to 256 (is 300). Write e.g. "partitions: 4".',
    ],
    [
      '    id: event_id\n',
      '    partitions: [1, 4]\n    id: event_id\n',
      'pipeline.yaml:25: windows.revenue: was computed by one task while source orders had one partition, and cannot go on with several. Give it another name, and its table too if it has one of its own: it then begins beside the old one, with those enriched events that the logs still hold.',
    ],
    [
      'partitions: 2',
      'partition: 2',
      'pipeline.yaml:13: sources.visits.partition: is not a key that is known here. Did you mean "partitions"?',
    ],
    [
      '    id: event_id\n    key: user_id\n    eventTime: { field: occurred_at }\n',
      '    id: event_id\n    eventTime: { field: occurred_at }\n',
      'pipeline.yaml:4: sources.orders.key: is missing. Write e.g. "key: user_id".',
    ],
    [
      'products.parquet, key: product_id',
      'products.csv, key: product_id, columns: { zip: text }',
      'pipeline.yaml:20: references.products.columns.zip: must be string, integer, number, boolean or "decimal(precision,scale)" (in quotes within braces) (is "text"). Write e.g. "zip: string".',
    ],
    [
      'products.parquet, key: product_id',
      'products.csv, key: product_id, columns: { rate: "decimal(2,4)" }',
      'pipeline.yaml:20: references.products.columns.rate: decimal(2,4) has more digits behind the point than digits. Write decimal(precision,scale), e.g. "decimal(12,2)".',
    ],
    [
      'key: product_id',
      'key: product_id, columns: { zip: string }',
      'pipeline.yaml:20: references.products.columns: belongs to a .csv file: other files have types of their own. Remove "columns".',
    ],
    [
      'apiVersion: afluente/v1',
      'apiVersion: v2',
      'pipeline.yaml:1: apiVersion: must be afluente/v1 (is "v2"). Write e.g. "apiVersion: afluente/v1".',
    ],
    [
      'tumbling: 1m',
      'tumbling: 0m',
      'pipeline.yaml:26: windows.revenue.tumbling: must be a duration longer than zero: a whole number with ms, s, m, h or d (is "0m"). Write e.g. "tumbling: 1m".',
    ],
    [
      'bytes: 4MiB',
      'bytes: 4 lots',
      'pipeline.yaml:32: lake.commit.bytes: must be a size: a number of bytes, or a whole number with KiB, MiB, GiB or TiB (is "4 lots"). Write e.g. "bytes: 128MiB".',
    ],
    [
      '  revenue:\n',
      '  Revenue:\n',
      'pipeline.yaml:24: windows.Revenue: must be lower-case letters, digits, "-" and "_", beginning with a letter or digit (is "Revenue"). Write e.g. "orders".',
    ],
    [
      'products:',
      'events:',
      'pipeline.yaml:20: references.events: must be lower-case letters, digits and "_", beginning with a letter, and not "events" (is "events"). Write e.g. "orders".',
    ],
    [
      '    filter: visits.>',
      '    subjects: [visits.>]',
      'pipeline.yaml:10: sources.visits: has both subjects and stream. Keep one of them.',
    ],
    [
      '    subjects: [events.orders, events.orders.>]\n',
      '',
      'pipeline.yaml:4: sources.orders: needs subjects or stream. Write e.g. "subjects: [events.orders]".',
    ],
    [
      '    stream: VISITS\n    filter: visits.>\n',
      '    subjects: [visits.>]\n    filter: visits.>\n',
      'pipeline.yaml:12: sources.visits.filter: belongs to stream, not to subjects. Remove "filter".',
    ],
    [
      '    stream: VISITS\n    filter: visits.>\n',
      '    subjects: [visits.>]\n    start: new\n',
      'pipeline.yaml:12: sources.visits.start: belongs to stream, not to subjects. Remove "start".',
    ],
    [
      '    filter: visits.>\n',
      '    start: 2026-13-01T00:00:00Z\n',
      'pipeline.yaml:12: sources.visits.start: must be first, new, the sequence of a message (from 1) or a date-time with a zone, e.g. 2026-01-31T00:00:00Z (is "2026-13-01T00:00:00Z"). Write e.g. "start: new".',
    ],
    [
      '    filter: visits.>\n',
      '    start: 0\n',
      'pipeline.yaml:12: sources.visits.start: must be first, new, the sequence of a message (from 1) or a date-time with a zone, e.g. 2026-01-31T00:00:00Z (is 0). Write e.g. "start: new".',
    ],
    [
      'sum(total)',
      'sum total',
      'pipeline.yaml:29: windows.revenue.measures.revenue: must be a function of one column or of none, e.g. sum(total) or count() (is "sum total"). Write e.g. "revenue: count()".',
    ],
    [
      'from: orders',
      'from: order',
      'pipeline.yaml:25: windows.revenue.from: there is no source "order". Did you mean "orders"?',
    ],
    [
      'enrich:\n  orders',
      'enrich:\n  visit',
      'pipeline.yaml:22: enrich.visit: there is no source "visit". Did you mean "visits"?',
    ],
    [
      'enriched.orders',
      'enriched.order',
      'pipeline.yaml:34: lake.tables.sales.from: "enriched.order" is not in this pipeline. Did you mean "enriched.orders"?',
    ],
    [
      'enriched.orders',
      'silver.orders',
      'pipeline.yaml:34: lake.tables.sales.from: must be raw.<source>, rejected.<source>, enriched.<source> or results.<window> (is "silver.orders"). Write e.g. "from: enriched.orders".',
    ],
    [
      '    sales: {',
      '    gold_revenue: {',
      'pipeline.yaml:34: lake.tables.gold_revenue: "gold_revenue" is the name of the table of results.revenue. Use another name, or rename the table of results.revenue too.',
    ],
    [
      'from: enriched.orders, partitionBy: [year, month]',
      'from: results.revenue, partitionBy: [year, categories]',
      'pipeline.yaml:34: lake.tables.sales.partitionBy[1]: "categories" is no column to partition results.revenue by. Did you mean "category"?',
    ],
    [
      'from: enriched.orders, partitionBy: [year, month]',
      'from: results.revenue, where: "orders > 1"',
      'pipeline.yaml:34: lake.tables.sales.from: where, columns and unnest go with enriched.<source>, not with results.revenue. Remove them, or fill the table from enriched events.',
    ],
    [
      'from: enriched.orders, partitionBy: [year, month]',
      'from: enriched.orders, rest: true',
      'pipeline.yaml:34: lake.tables.sales.rest: no other table of enriched.orders has a condition. Remove "rest", or write "where" at another table.',
    ],
    [
      'from: enriched.orders, partitionBy: [year, month]',
      'from: enriched.orders, rest: true, columns: [event_id]',
      'pipeline.yaml:34: lake.tables.sales.rest: does not go with where, columns or unnest. Remove "rest", or write it at the table of the whole.',
    ],
    [
      'sales: { from: enriched.orders, partitionBy: [year, month]',
      'silver_orders: { from: enriched.orders, unnest: items',
      'pipeline.yaml:34: lake.tables.silver_orders: "silver_orders" is the name of the table of enriched.orders. Use another name, or rename the table of enriched.orders too.',
    ],
    [
      'partitionBy: [year, month]',
      'partitionBy: [year, year]',
      'pipeline.yaml:34: lake.tables.sales.partitionBy: must be a list of column names, each once (is a list). Remove the one that stands twice.',
    ],
    [
      'orders: count()',
      'category: count()',
      'pipeline.yaml:29: windows.revenue.measures.category: "category" is a key column too. Give the measure another name.',
    ],
    [
      'orders: count()',
      'revision: count()',
      'pipeline.yaml:29: windows.revenue.measures.revision: every window has a column "revision" of its own. Use another name.',
    ],
    [
      'events.orders.>]',
      'events.>]',
      'pipeline.yaml:5: sources.orders.subjects[1]: "events.>" overlaps with "events.orders" of the same source. Let each message belong to one subject of one source.',
    ],
    [
      '    stream: VISITS\n    filter: visits.>',
      '    subjects: [events.*.new]',
      'pipeline.yaml:11: sources.visits.subjects[0]: "events.*.new" overlaps with "events.orders.>" of the source "orders". Let each message belong to one subject of one source.',
    ],
    [
      'events.orders.>]',
      'events..x]',
      'pipeline.yaml:5: sources.orders.subjects[1]: must not have an empty token (a dot at an end or two dots) (is "events..x"). Write e.g. "events.orders" or "events.orders.>".',
    ],
    [
      'key: user_id',
      'key: userid',
      'pipeline.yaml:8: sources.orders.key: contracts/order.schema.json has no property "userid". Did you mean "user_id"?',
    ],
    [
      'contract: contracts/order.schema.json',
      'contract: order.json',
      'pipeline.yaml:6: sources.orders.contract: there is no file "order.json". Create the file, or write its path relative to the folder of the pipeline file.',
    ],
    [
      'name: shop\n',
      'name: shop\nname: shop\n',
      'pipeline.yaml:3: the key "name" stands twice in one mapping. Remove or rename one of the two.',
    ],
  ])('%j → %j is named', (from, to, problem) => {
    expect(after(from, to)).toEqual([problem]);
  });

  test.each<[string, string, string]>([
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

  test('tells how to replace a tab', () => {
    expect(renderProblems(problemsOf(shop.replace('    id: event_id', '\tid: event_id')))).toContain(
      'Write two spaces instead of each tab.',
    );
  });

  test('does not hide the others', () => {
    const broken = shop
      .replace('partitions: 2', 'partitions: many')
      .replace('key: user_id', 'key: nobody')
      .replace('from: orders', 'from: ordres');
    expect(problemsOf(broken).map(({ path }) => path)).toEqual([
      'sources.orders.key',
      'sources.visits.partitions',
      'windows.revenue.from',
    ]);
  });

  test('in a contract names the file and line of the contract, once', () => {
    const broken = { 'contracts/order.schema.json': '{\n  "properties": {\n    "a": {} "b": {}\n  }\n}' };
    expect(renderProblems(problemsOf(shop, broken))).toBe(
      'contracts/order.schema.json:3: this is not JSON. Correct this line: look for a missing comma, quote or bracket.',
    );
  });
});
