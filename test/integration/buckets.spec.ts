/** The buckets of a pipeline: objects in chunks that sweeping leaves no trace of, and the board of tasks. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BucketWatch } from '#nats/bucket-watch';
import { ObjectBucket } from '#nats/object-bucket';
import { connectNats, type NatsClient } from '#nats/connection';
import { streamInfo } from '#nats/streams';
import { TaskBoard } from '#runtime/task-board';
import type { TaskStatus } from '#runtime/task-status';
import { type NatsServer, startNats } from '../support/nats-server.js';

let server: NatsServer;
let nats: NatsClient;
beforeAll(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'buckets.spec');
});
afterAll(async () => {
  await nats.nc.close();
  await server.stop();
});

describe('the objects bucket', () => {
  let name: string;
  let objects: ObjectBucket;
  let run = 0;
  beforeEach(async () => {
    name = `objects${run++}`;
    objects = new ObjectBucket(await nats.openBucket(name, { replicas: 1 }), 1_000);
  });
  const stored = async (): Promise<number> => (await streamInfo(nats, `KV_${name}`))?.state.messages ?? 0;
  /** A second client, which knows nothing yet. */
  const reopened = async (): Promise<ObjectBucket> => new ObjectBucket(await nats.openBucket(name, { replicas: 1 }), 1_000);

  test('gives back parts of any size, with their facts', async () => {
    const parts = [0, 1, 999, 1_000, 1_001, 123_456].map((size) => randomBytes(size));
    const key = await objects.putParts('task.a', parts, { at: 7 });
    const found = await (await reopened()).getParts(key);
    expect(found?.facts).toEqual({ at: 7 });
    expect(found?.parts.map((part) => Buffer.from(part))).toEqual(parts);
    expect(await objects.getParts('task.a.none')).toBeUndefined();
  });

  test('stores what it has already once', async () => {
    const [kept, changed] = [randomBytes(50_000), randomBytes(500)];
    await objects.putParts('task.a', [kept, changed], { at: 1 });
    const before = await stored();
    await objects.putParts('task.a', [kept, randomBytes(500)], { at: 2 });
    expect(await stored()).toBe(before + 2);
    await (await reopened()).putParts('task.a', [Buffer.from(kept)], { at: 3 });
    expect(await stored()).toBe(before + 3);
  });

  test('removes an object with its chunks, and nothing else', async () => {
    const other = await objects.putParts('task.b', [randomBytes(5_000)], {});
    const before = await stored();
    const key = await objects.putParts('task.a', [randomBytes(5_000), randomBytes(10)], {});
    expect(await stored()).toBeGreaterThan(before);
    await objects.remove(key);
    await objects.remove(key);
    expect(await stored()).toBe(before);
    expect(await objects.getParts(other)).toBeDefined();
  });

  test('sweeps what other sessions of a task wrote before an object, and nothing that came later', async () => {
    await objects.putParts('task.0.old', [randomBytes(3_000)], {});
    const elsewhere = await objects.putParts('task.1.old', [randomBytes(10)], {});
    const own = await objects.putParts('task.0.own', [randomBytes(3_000)], {});
    const later = await objects.putParts('task.0.new', [randomBytes(10)], {});
    await objects.sweepBefore(own, 'task.0.*.*', 'task.0.own');
    expect(await objects.keys('task.0.old.*')).toEqual([]);
    for (const key of [elsewhere, own, later]) expect(await objects.getParts(key)).toBeDefined();
  });

  test('sweeps what the kept object does not name, and leaves other tasks alone', async () => {
    const parts = [randomBytes(5_000), randomBytes(10)];
    await objects.putParts('task.a', [parts[0]!, randomBytes(5_000)], { at: 1 });
    const kept = await objects.putParts('task.a', parts, { at: 2 });
    const other = await objects.putParts('task.b', [randomBytes(10)], {});
    await objects.sweep('task.a', [kept]);
    expect((await objects.getParts(kept))?.parts.map((part) => Buffer.from(part))).toEqual(parts);
    expect(await objects.getParts(other)).toBeDefined();
    // Five chunks and one, their manifest, and the two messages of the other task: nothing marks what is gone.
    expect(await stored()).toBe(6 + 1 + 2);
    await objects.sweep('task.a', []);
    expect(await stored()).toBe(2);
  });

  test('says which object is missing', async () => {
    const key = await objects.putParts('task.a', [randomBytes(10)], {});
    const kv = await nats.openBucket(name, { replicas: 1 });
    for (const chunk of await kv.keys('task.a.>')) if (chunk !== key) await kv.remove(chunk);
    await expect((await reopened()).getParts(key)).rejects.toThrow(/object task\.a\.\w+ is missing/);
  });
});

describe('the board of tasks', () => {
  const status = (task: string, position: number, state: TaskStatus['state'] = 'running'): TaskStatus => ({
    task, owner: 'me', state, inputs: [{ stream: 's', created: 'c', position, safe: position }], watermarkMs: null, idle: false, waiting: 0, updatedMs: position,
  });

  test('shows each process what every other has posted, before and after it came', async () => {
    const writer = new TaskBoard(nats, await nats.openBucket('board', { replicas: 1 }));
    await writer.post(status('a', 1));
    const reader = new TaskBoard(nats, await nats.openBucket('board', { replicas: 1 }));
    await reader.watch();
    expect(reader.get('a')).toEqual(status('a', 1));
    await writer.post(status('b', 5));
    while (!reader.get('b')) await sleep(5);
    expect(reader.all()).toHaveLength(2);
    reader.close();
  });

  test('writes a status only when it says something new', async () => {
    const board = new TaskBoard(nats, await nats.openBucket('quiet', { replicas: 1 }));
    await board.watch();
    await board.post(status('a', 1));
    while (!board.get('a')) await sleep(5);
    const before = (await streamInfo(nats, 'KV_quiet'))?.state.last_seq;
    await board.post({ ...status('a', 1), updatedMs: 99 });
    expect((await streamInfo(nats, 'KV_quiet'))?.state.last_seq).toBe(before);
    await board.post(status('a', 2));
    expect((await streamInfo(nats, 'KV_quiet'))?.state.last_seq).toBe(before! + 1);
    board.close();
  });

  test('goes on after the server restarted', async () => {
    const kv = await nats.openBucket('restarted', { replicas: 1 });
    const [writer, reader] = [new TaskBoard(nats, kv), new TaskBoard(nats, kv)];
    await reader.watch();
    await server.restart();
    while (!(await nats.nc.rtt().then(() => true, () => false))) await sleep(50);
    const untilMs = performance.now() + 20_000;
    for (let n = 1; reader.get('a') === undefined && performance.now() < untilMs; n++) {
      await writer.post(status('a', n)).catch(() => undefined);
      await sleep(200);
    }
    expect(reader.get('a')).toBeDefined();
    reader.close();
  }, 40_000);
});

describe('a watch of a bucket', () => {
  /** Servers before 2.10 count entries as pending that were replaced before they could be delivered: such a count never falls to nothing. */
  test('is ready although entries are replaced again and again while it begins', async () => {
    const bucket = await nats.openBucket('busy', { replicas: 1 });
    const write = async (key: string): Promise<void> => {
      for (let time = 0; time < 6; time++) {
        await bucket.put(key, 'x'.repeat(300));
        await sleep(5 * time);
      }
    };
    const timers = new AbortController();
    for (let round = 0; round < 10; round++) {
      const writing = Promise.all(Array.from({ length: 10 }, (_, i) => write(`key.${i}`)));
      const watches: BucketWatch[] = [];
      for (let i = 0; i < 5; i++, await sleep(7)) watches.push(new BucketWatch(nats, 'busy', () => undefined));
      await writing;
      const late = sleep(3_000, 'not ready', { signal: timers.signal }).catch(() => undefined);
      for (const watch of watches) expect(await Promise.race([watch.ready, late])).toBeUndefined();
      for (const watch of watches) watch.close();
    }
    timers.abort();
  });

  test('of an empty bucket is ready at once', async () => {
    await nats.openBucket('empty', { replicas: 1 });
    const watch = new BucketWatch(nats, 'empty', () => undefined);
    await watch.ready;
    watch.close();
  });
});
