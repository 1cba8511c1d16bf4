/** Many partitions, and many tables: what each buffers is a share of what all may, and large messages do not add up. */
import { afterEach, expect, test } from '@jest/globals';
import type { Service } from '#stages/topology/topology';
import { makeOrders, type Order, pastStartMs } from '../e2e/support/orders.js';
import { BoundedRun } from './support/bounded-run.js';
import { expectBounded } from './support/expect-bounded.js';

let run: BoundedRun | undefined;
afterEach(async () => {
  await run?.close();
  run = undefined;
});

const runMsMax = 400_000;
const [count, large] = [20_000, 200];
const wide = 'x'.repeat(900_000);

/** One in a hundred is nearly as large as a message may be. */
function* orders(): Generator<Order> {
  for (const [n, order] of makeOrders(count, { startMs: pastStartMs(Date.now()) }).entries())
    yield n % (count / large) === 0 ? { ...order, note: wide } : order;
}

async function worksThroughAll(opened: BoundedRun, unbounded: readonly Service[] = []): Promise<void> {
  run = opened;
  run.fleet.pause('ingest');
  await run.publishLarge(orders());
  run.fleet.resume('ingest');
  await run.drained(runMsMax);
  expectBounded(run, unbounded);
  expect(await run.counts()).toEqual({ rows: count, ids: count, merged: count, windowed: count });
}

test(
  '64 partitions',
  async () => {
    const edits = { 'pipeline.yaml': (text: string) => text.replace('partitions: 3', 'partitions: 64') };
    await worksThroughAll(
      await BoundedRun.open({
        name: 'partitions',
        frontBytesMax: '1GiB',
        env: { AFL_LOG_BYTES_MAX: String(16 * 1024 * 1024) },
        edits,
      }),
    );
  },
  runMsMax,
);

test(
  '21 tables',
  async () => {
    const windows = Array.from(
      { length: 16 },
      (_, n) =>
        `  more_${n}: { from: orders, tumbling: 1m, lateness: 10m, key: [customer], measures: { orders: count() } }\n`,
    ).join('');
    const edits = { 'pipeline.yaml': (text: string) => text.replace('\nlake:', `${windows}\nlake:`) };
    // Eighteen windows are another matter than twenty-one tables: each reads every event.
    await worksThroughAll(await BoundedRun.open({ name: 'tables', frontBytesMax: '1GiB', env: {}, edits }), [
      'aggregate',
    ]);
  },
  runMsMax,
);
