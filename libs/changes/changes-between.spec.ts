/** Each change is told by its name, with what it does and what to do instead. */
import { describe, expect, test } from '@jest/globals';
import { property, replaced, type SchemaEdit, said, same, version } from './example-versions.js';

test('nothing is said where nothing changes', () => {
  expect(said()).toEqual([]);
});

describe('a source', () => {
  const begin = 'so all its tasks would halt: set it back, or give the pipeline another name and another lake';

  test('keeps id and key', () => {
    expect(said(replaced('id: id\n    key: user', 'id: user\n    key: id'))).toEqual([
      `breaking: source orders has the id id, and would have user, ${begin}`,
      `breaking: source orders has the key user, and would have id, ${begin}`,
    ]);
  });

  test('gets partitions beside those it had', () => {
    expect(said(replaced('partitions: 3', 'partitions: [3, 9]'))).toEqual([
      'compatible: source orders goes from 3 to 9 partitions while events come',
    ]);
    const instead = (before: string, add: string): string[] => [
      `breaking: source orders has had the partitions ${before}, and would have ${add.split('|')[0]}, so all its tasks would halt: add the new number to those before, partitions: ${add.split('|')[1]}`,
    ];
    expect(said(replaced('partitions: 3', 'partitions: 9'))).toEqual(instead('3', '9|[3, 9]'));
    const grown = version(replaced('partitions: 3', 'partitions: [3, 9]'));
    expect(said(same, undefined, grown)).toEqual(instead('[3, 9]', '3|[3, 9, 3]'));
    expect(said(replaced('partitions: 3', 'partitions: [3, 6]'), undefined, grown)).toEqual(
      instead('[3, 9]', '[3, 6]|[3, 9, 6]'),
    );
  });

  test('stays in its front stream, whose subjects somebody must edit', () => {
    expect(said(replaced('[events.orders]', '[events.orders, more.orders]'))).toEqual([
      'breaking: source orders takes more.orders, too, which its stream afl_shop_front_orders does not: first let it, with `nats stream edit afl_shop_front_orders --subjects=events.orders,more.orders`',
    ]);
    expect(said(same, undefined, version(replaced('[events.orders]', '[events.orders, a.b]')))).toEqual([
      'compatible: source orders does not name a.b any more: stream afl_shop_front_orders takes it until you edit it',
    ]);
    expect(said(replaced('subjects: [events.orders]', 'stream: ORDERS'))).toEqual([
      'breaking: source orders reads subjects events.orders, and would read stream ORDERS, in which it does not know its place, so ingest would halt: give it as a source of another name',
    ]);
    expect(said(replaced('filter: visits.>', 'filter: visits.a'))).toEqual([
      'compatible: source visits takes visits.a of VISITS instead of visits.>, from the place on that it has reached',
    ]);
    expect(said(replaced('filter: visits.>', 'filter: visits.>\n    start: new'))).toEqual([
      'compatible: source visits has another start, which counts only where it has read nothing yet',
    ]);
  });

  test('takes its events out of an envelope from the restart on', () => {
    const lines = said(replaced('id: id\n    key: user', 'id: id\n    envelope: debezium\n    key: user'));
    expect(lines).toContain(
      'compatible: source orders takes events in the envelope debezium instead of without an envelope, from the restart on: others go to quarantine, also those that wait',
    );
    expect(lines).toContain('compatible: sales._op is new (string), and null in the rows that are there');
  });

  test('of another pipeline begins anew', () => {
    expect(said(replaced('name: shop', 'name: shop-2'))).toEqual([
      'breaking: pipeline shop-2 is another pipeline than shop: it begins anew with streams of its own, and its tables must be in another lake',
    ]);
  });
});

describe('a window', () => {
  test('keeps what its logs were made for', () => {
    const lines = said(replaced('tumbling: 1m, lateness: 10s', 'tumbling: 2m, lateness: 20s'));
    expect(lines).toEqual([
      'breaking: window by_city is "Window by_city, tumbling 60000 ms of at, key city string, measures total sum(price decimal(12,2)), orders count().", and would be "Window by_city, tumbling 120000 ms of at, key city string, measures total sum(price decimal(12,2)), orders count().", so its tasks would halt: give it another name, and its table too if it has one of its own; it then begins beside the old one',
    ]);
    expect(said(replaced('lateness: 10s', 'lateness: 20s'))).toEqual([
      'compatible: window by_city has another lateness, from the restart on',
    ]);
  });

  test('under another name begins beside the old one', () => {
    expect(said(replaced('by_note:', 'by_more:'))).toEqual([
      'compatible: window by_more is new: it begins with the enriched events that the logs still hold',
      'compatible: window by_note is gone: its results stay as they are',
      'compatible: gold_by_more is new: it begins with what the logs still hold of results.by_more',
      'compatible: gold_by_note is not written any more, and stays as it is',
    ]);
  });
});

describe('a table', () => {
  test('keeps its partition columns and what fills it', () => {
    expect(said(replaced('[city, year, month, day, hour, date]', '[city]'))).toContain(
      'breaking: sales is partitioned by [city, year, month, day, hour, date], and would be by [city], so it would halt: keep its partitioning, or write to a new table',
    );
    expect(said(replaced('sales: { from: enriched.orders', 'bought: { from: enriched.orders'))).toEqual([
      'compatible: bought is the table of enriched.orders instead of sales, which stays as it is: it begins with what the logs still hold',
    ]);
    const swapped = replaced(
      /sales: \{ from: enriched.orders, (.*)\n/,
      'orders: { from: enriched.orders, $1\n    sales: { from: raw.orders }\n',
    );
    expect(said(swapped)[0]).toBe(
      'breaking: sales was filled from enriched.orders, and would be from raw.orders: give the new table a name of its own',
    );
  });
});

describe('a contract', () => {
  test('that refuses more says which events', () => {
    expect(said(same, (schema) => ({ ...schema, additionalProperties: false }))).toEqual([
      'compatible: contract of orders refuses events with properties that it does not name, which it let through',
    ]);
    expect(said(same, property('user', { type: 'string', maxLength: 5, title: 'A user' }))).toEqual([
      'compatible: contract of orders checks user otherwise (maxLength): an event that breaks it goes to quarantine',
    ]);
    expect(said(same, property('user', { type: 'string', description: 'who buys', $comment: 'seen' }))).toEqual([]);
    expect(said(same, (schema) => ({ ...schema, maxProperties: 9 }))).toEqual([
      'compatible: contract of orders has other rules for the whole event (maxProperties)',
    ]);
    const nested = (part: unknown): SchemaEdit => property('more', { type: 'object', properties: { title: part } });
    expect(said(same, nested({ type: 'string', minLength: 1 }), version(same, nested({ type: 'string' })))).toEqual([
      'compatible: contract of orders checks more otherwise (properties): an event that breaks it goes to quarantine',
    ]);
  });
});
