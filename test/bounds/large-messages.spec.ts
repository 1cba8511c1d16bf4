/** Messages nearly as large as NATS takes them: memory depends on bytes, whatever they are and however many events they make. */
import { afterEach, expect, test } from '@jest/globals';
import { makeOrders, type Order, pastStartMs } from '../e2e/support/orders.js';
import type { Edits } from '../e2e/support/pipeline-copy.js';
import { BoundedRun } from './support/bounded-run.js';
import { expectBounded, largeMebibytesMax } from './support/expect-bounded.js';

let run: BoundedRun | undefined;
afterEach(async () => {
  await run?.close();
  run = undefined;
});

const count = 600;
const runMsMax = 300_000;
const wide = 'x'.repeat(900_000);

const longIds: Edits = { 'contracts/order.schema.json': (text) => text.replace(', "maxLength": 40', '') };

function* ordersWith(more: (n: number) => Partial<Order>): Generator<Order> {
  for (const [n, order] of makeOrders(count, { startMs: pastStartMs(Date.now()) }).entries())
    yield { ...order, ...more(n) };
}

test.each<[string, (n: number) => Partial<Order>]>([
  ['ids', (n) => ({ order_id: `${n}-${wide}` })],
  ['keys', () => ({ customer: wide })],
  ['texts', () => ({ note: wide })],
  ['lists', () => ({ tags: Array.from({ length: 90 }, () => wide.slice(0, 10_000)) })],
])(
  '600 events with %s of 900 KB',
  async (_, more) => {
    run = await BoundedRun.open({ name: 'large', frontBytesMax: '2GiB', env: {}, edits: longIds });
    // All of it waits when ingest begins.
    run.fleet.pause('ingest');
    await run.publishLarge(ordersWith(more));
    run.fleet.resume('ingest');
    await run.drained(runMsMax);
    // What windows take is bounded apart: it depends on keys, and on how many read an event.
    expectBounded(run, ['aggregate'], largeMebibytesMax);
    expect(await run.counts()).toEqual({ rows: count, ids: count, merged: count, windowed: count });
  },
  runMsMax,
);
