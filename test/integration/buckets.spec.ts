/** The buckets of a pipeline: objects in chunks that sweeping leaves no trace of, and the board of tasks. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BucketWatch } from '#nats/buckets/bucket-watch';
import { ObjectBucket } from '#nats/buckets/object-bucket';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { streamInfo } from '#nats/streams/stream-info';
import { TaskBoard } from '#runtime/ground/task-board';
import type { TaskStatus } from '#runtime/ground/task-status';
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
  const reopened = async (): Promise<ObjectBucket> =>
    new ObjectBucket(await nats.openBucket(name, { replicas: 1 }), 1_000);

  test('gives back parts of any size, with their facts', async () => {
    const parts = [0, 1, 999, 1_000, 1_001, 123_456].map((size) => randomBytes(size));
    const key = await objects.putParts('task.a', parts, { at: 7 });
    const found = await (await reopened()).getParts(key);
    expect(found?.facts).toEqual({ at: 7 });
    expect(found?.parts.map((part) => Buffer.from(part))).toEqual(parts);
    expect(await objects.getParts('task.a.none')).toBeUndefined();
  });

  test('holds more parts than one message can name, and nothing of it stays behind', async () => {
    const parts = Array.from({ length: 300 }, (_, i) => randomBytes(i % 7 === 0 ? 2_500 : 10));
    const key = await objects.putParts('task.a', parts, { at: 7 });
    const found = await (await reopened()).getParts(key);
    expect(found).toEqual({ parts: parts.map((part) => Buffer.from(part)), facts: { at: 7 } });
    await objects.putParts('task.a', parts.slice(1), { at: 8 });
    await objects.sweep('task.a', [key]);
    expect(await (await reopened()).getParts(key)).toEqual(found);
    await objects.remove(key);
    await objects.sweep('task.a', []);
    expect(await stored()).toBe(0);
  });

  test.each([
    ['purged', () => nats.jsm.streams.purge(`KV_${name}`)],
    ['deleted', () => nats.jsm.streams.delete(`KV_${name}`)],
  ])('stores what it had stored once more when the bucket was %s', async (_, harm) => {
    const parts = [randomBytes(10), randomBytes(2_500)];
    await objects.putParts('task.a', parts, { at: 1 });
    await harm();
    const key = await objects.putParts('task.a', parts, { at: 2 });
    expect(await (await reopened()).getParts(key)).toEqual({
      parts: parts.map((part) => Buffer.from(part)),
      facts: { at: 2 },
    });
  });

  test('gives parts in memory of their own, which a state may keep', async () => {
    const key = await objects.putParts('task.a', [randomBytes(500), randomBytes(100_000)], {});
    for (const { buffer, byteLength } of (await objects.getParts(key))!.parts)
      expect(buffer.byteLength).toBeLessThanOrEqual(Math.max(byteLength, 65_536));
  });

  test('stores what it has already once', async () => {
    const [kept, changed] = [randomBytes(5_000), randomBytes(500)];
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

  test('stores again what others have deleted, whether one by one or all', async () => {
    const parts = [randomBytes(5_000), randomBytes(10)];
    const key = await objects.putParts('task.a', parts, { at: 1 });
    const kv = await nats.openBucket(name, { replicas: 1 });
    for (const filter of [(await kv.keys('task.a.>')).find((one) => one !== key)!, '>']) {
      await kv.remove(filter);
      expect(
        (await (await reopened()).getParts(await objects.putParts('task.a', parts, { at: 2 })))?.parts.map((part) =>
          Buffer.from(part),
        ),
      ).toEqual(parts);
    }
  });

  test('stores nothing where it would be lost, and says which setting to change', async () => {
    const { config } = await nats.jsm.streams.info(`KV_${name}`);
    await nats.jsm.streams.update(`KV_${name}`, { ...config, max_age: 3_600e9 });
    await expect(objects.putParts('task.a', [randomBytes(10)], {})).rejects.toThrow(
      `stream KV_${name} deletes messages by age: \`nats stream edit KV_${name} --max-age=0\``,
    );
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
    task,
    owner: 'me',
    state,
    inputs: [{ stream: 's', created: 'c', position, safe: position }],
    watermarkMs: null,
    idle: false,
    waiting: 0,
    updatedMs: position,
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
    while (
      !(await nats.nc.rtt().then(
        () => true,
        () => false,
      ))
    )
      await sleep(50);
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
      for (let i = 0; i < 5; i++, await sleep(7))
        watches.push(
          new BucketWatch(
            nats,
            await nats.openBucket('busy', { replicas: 1 }),
            () => undefined,
            () => undefined,
          ),
        );
      await writing;
      const late = sleep(3_000, 'not ready', { signal: timers.signal }).catch(() => undefined);
      for (const watch of watches) expect(await Promise.race([watch.ready, late])).toBeUndefined();
      for (const watch of watches) watch.close();
    }
    timers.abort();
  });

  test('of an empty bucket is ready at once', async () => {
    await nats.openBucket('empty', { replicas: 1 });
    const watch = new BucketWatch(
      nats,
      await nats.openBucket('empty', { replicas: 1 }),
      () => undefined,
      () => undefined,
    );
    await watch.ready;
    watch.close();
  });
});

describe('a bucket that is deleted under those who use it', () => {
  const gone = async (name: string): Promise<void> => void (await nats.jsm.streams.delete(`KV_${name}`));
  const status = (task: string): TaskStatus => ({
    task,
    owner: 'me',
    state: 'running',
    inputs: [],
    watermarkMs: null,
    idle: false,
    waiting: 0,
    updatedMs: 0,
  });

  test('is made again by the next operation, whichever it is', async () => {
    const bucket = await nats.openBucket('gone', { replicas: 1 });
    const operations: [unknown, () => Promise<unknown>][] = [
      [undefined, () => bucket.put('a', 'x')],
      [1, () => bucket.putIf('a', 'x', 0)],
      [undefined, () => bucket.get('a')],
      [[], () => bucket.keys('a.>')],
      [undefined, () => bucket.remove('a')],
    ];
    for (const [outcome, act] of operations) {
      const before = (await streamInfo(nats, `KV_${bucket.name}`))?.created;
      await gone('gone');
      expect(await act()).toEqual(outcome);
      expect((await streamInfo(nats, `KV_${bucket.name}`))?.created).not.toBe(before);
    }
  });

  test('is followed from its new beginning, and the board is written again', async () => {
    const board = new TaskBoard(nats, await nats.openBucket('again', { replicas: 1 }));
    await board.watch();
    for (const task of ['a', 'b', 'c']) await board.post(status(task));
    while (board.all().length < 3) await sleep(5);
    await gone('again');
    const untilMs = performance.now() + 20_000;
    const other = new TaskBoard(nats, await nats.openBucket('again', { replicas: 1 }));
    await other.watch();
    while ((other.all().length < 3 || board.all().length < 3) && performance.now() < untilMs) {
      for (const task of ['a', 'b', 'c']) await board.post(status(task));
      await sleep(50);
    }
    expect(other.all()).toHaveLength(3);
    expect(board.all()).toHaveLength(3);
    for (const one of [board, other]) one.close();
  }, 30_000);

  test('gets the parts of an object again that were in the one before', async () => {
    const [kept, other] = [randomBytes(5_000), randomBytes(10)];
    const objects = new ObjectBucket(await nats.openBucket('parts', { replicas: 1 }), 1_000);
    await objects.putParts('task.a', [kept, other], { at: 1 });
    await gone('parts');
    const key = await objects.putParts('task.a', [kept, other], { at: 2 });
    expect((await objects.getParts(key))?.parts.map((part) => Buffer.from(part))).toEqual([kept, other]);
  });
});
