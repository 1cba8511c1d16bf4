/** What the objects bucket is lent for goes back: large events when the lake has them, snapshots when a newer one counts. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readNdjson } from '#columns/polars/ndjson';
import { ObjectBucket } from '#nats/buckets/object-bucket';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import type { RuntimeContext } from '#runtime/cluster/context';
import { Snapshotter } from '#runtime/log-task/snapshots';
import { LargeEvents, largeEventPrefix } from '#runtime/logs/large-events';
import type { ObjectStore } from '#store/object-store';
import { openStore } from '#store/open-store';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { makeContext, pipelineOf } from './support/runtime.js';

const chunkBytes = 100_000;
let server: NatsServer;
let nats: NatsClient;
let context: RuntimeContext;
let folder: TempDir;
let store: ObjectStore;

beforeEach(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'objects.spec');
  const objects = new ObjectBucket(await nats.openBucket('objects', { replicas: 1 }), chunkBytes);
  context = await makeContext(nats, pipelineOf('subjects: [in.>]', 1), { AFL_SNAPSHOT_EVERY_MS: '0' }, { objects });
  folder = makeTempDir('objects');
  store = await openStore(`file:${folder.path}`, {});
});
afterEach(async () => {
  context.board.close();
  await store.close();
  await nats.nc.close();
  await server.stop();
  folder.remove();
});

describe('a large event', () => {
  const columns = [{ name: 'payload_ref', type: { kind: 'string' as const }, nullable: true }];
  const rowsWith = (refs: readonly (string | null)[]) =>
    readNdjson(Buffer.from(refs.map((ref) => `${JSON.stringify({ payload_ref: ref })}\n`).join('')), columns);
  const bytes = randomBytes(250_000);
  const store1 = (seq: number): Promise<string> =>
    context.objects.shelf(largeEventPrefix('orders', seq, 0)).put([bytes], {});

  test('is in the lake before its row is committed, and then no longer in NATS', async () => {
    const large = new LargeEvents(context.objects, store, 'orders');
    const [first, same] = [await store1(7), await store1(8)];
    const refs = await large.keep(rowsWith([null, first, null]));
    expect(refs).toEqual([first]);
    expect(await store.get(`large_events/${first}`)).toEqual(bytes);
    await large.forget(refs);
    // Another event with the same bytes is not touched.
    expect((await context.objects.keys('event.orders.>')).every((key) => key.startsWith('event.orders.8_0.'))).toBe(
      true,
    );
    expect(await large.keep(rowsWith([same]))).toEqual([same]);
    expect(await large.keep(rowsWith([null]))).toEqual([]);
  });

  test('survives a crash at any moment: what the lake has is freed at the next start, what it lacks stays', async () => {
    const [kept, waiting] = [await store1(1), await store1(2)];
    await new LargeEvents(context.objects, store, 'orders').keep(rowsWith([kept]));
    const next = new LargeEvents(context.objects, store, 'orders');
    await next.sweep();
    expect(await context.objects.getParts(kept)).toBeUndefined();
    expect(await context.objects.getParts(waiting)).toBeDefined();
    expect(await next.keep(rowsWith([kept, waiting]))).toEqual([kept, waiting]);
    await next.forget([kept, waiting]);
    expect(await context.objects.keys('event.>')).toEqual([]);
  });

  test('whose bytes are nowhere halts its table', async () => {
    await expect(
      new LargeEvents(context.objects, store, 'orders').keep(rowsWith(['event.orders.3_0.gone'])),
    ).rejects.toThrow(/large event event\.orders\.3_0\.gone is missing from the objects bucket/);
  });
});

describe('snapshots', () => {
  const task = 'window.revenue.0';
  const stateOf = (size: number) => ({ snapshot: () => [randomBytes(size), randomBytes(size)] });
  const positions = [{ stream: 'in', created: 'c', seq: 1, hash: undefined }];

  test('of sessions that died are gone when a newer one counts', async () => {
    for (let dead = 0; dead < 5; dead++) {
      const session = new Snapshotter(context, task, undefined, undefined);
      await session.take(stateOf(150_000), 1, 'h', positions);
    }
    const elsewhere = new Snapshotter(context, 'window.revenue.1', undefined, undefined);
    await elsewhere.take(stateOf(10), 1, 'h', positions);
    const owner = new Snapshotter(context, task, undefined, undefined);
    await owner.take(stateOf(150_000), 2, 'h2', positions);
    await owner.sweep();
    expect((await context.objects.keys(`${task}.>`)).length).toBe(6 * 5);
    owner.confirm(owner.pointer);
    await owner.sweep();
    expect((await context.objects.keys(`${task}.>`)).length).toBe(5);
    expect(await context.objects.getParts(owner.pointer!.object)).toBeDefined();
    expect(await context.objects.getParts(elsewhere.pointer!.object)).toBeDefined();
  });
});
