/** Buckets that processes follow: the board of tasks, watches, and what becomes of them when a bucket is deleted. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { BucketWatch } from '#nats/buckets/bucket-watch';
import { ObjectBucket } from '#nats/buckets/object-bucket';
import { streamInfo } from '#nats/streams/stream-info';
import { TaskBoard } from '#runtime/ground/task-board';
import type { TaskStatus } from '#runtime/ground/task-status';
import { oneServer } from './support/one-server.js';

const on = oneServer('watched-buckets.spec');

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
    const writer = new TaskBoard(on.nats, await on.nats.openBucket('board', { replicas: 1 }));
    await writer.post(status('a', 1));
    const reader = new TaskBoard(on.nats, await on.nats.openBucket('board', { replicas: 1 }));
    await reader.watch();
    expect(reader.get('a')).toEqual(status('a', 1));
    await writer.post(status('b', 5));
    while (!reader.get('b')) await sleep(5);
    expect(reader.all()).toHaveLength(2);
    reader.close();
  });

  test('writes a status only when it says something new', async () => {
    const board = new TaskBoard(on.nats, await on.nats.openBucket('quiet', { replicas: 1 }));
    await board.watch();
    await board.post(status('a', 1));
    while (!board.get('a')) await sleep(5);
    const before = (await streamInfo(on.nats, 'KV_quiet'))?.state.last_seq;
    await board.post({ ...status('a', 1), updatedMs: 99 });
    expect((await streamInfo(on.nats, 'KV_quiet'))?.state.last_seq).toBe(before);
    await board.post(status('a', 2));
    expect((await streamInfo(on.nats, 'KV_quiet'))?.state.last_seq).toBe(before! + 1);
    board.close();
  });

  test('goes on after the server restarted', async () => {
    const kv = await on.nats.openBucket('restarted', { replicas: 1 });
    const [writer, reader] = [new TaskBoard(on.nats, kv), new TaskBoard(on.nats, kv)];
    await reader.watch();
    await on.server.restart();
    while (
      !(await on.nats.nc.rtt().then(
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
    const bucket = await on.nats.openBucket('busy', { replicas: 1 });
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
            on.nats,
            await on.nats.openBucket('busy', { replicas: 1 }),
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
    await on.nats.openBucket('empty', { replicas: 1 });
    const watch = new BucketWatch(
      on.nats,
      await on.nats.openBucket('empty', { replicas: 1 }),
      () => undefined,
      () => undefined,
    );
    await watch.ready;
    watch.close();
  });
});

describe('a bucket that is deleted under those who use it', () => {
  const gone = async (name: string): Promise<void> => void (await on.nats.jsm.streams.delete(`KV_${name}`));
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
    const bucket = await on.nats.openBucket('gone', { replicas: 1 });
    const operations: [unknown, () => Promise<unknown>][] = [
      [undefined, () => bucket.put('a', 'x')],
      [1, () => bucket.putIf('a', 'x', 0)],
      [undefined, () => bucket.get('a')],
      [[], () => bucket.keys('a.>')],
      [undefined, () => bucket.remove('a')],
    ];
    for (const [outcome, act] of operations) {
      const before = (await streamInfo(on.nats, `KV_${bucket.name}`))?.created;
      await gone('gone');
      expect(await act()).toEqual(outcome);
      expect((await streamInfo(on.nats, `KV_${bucket.name}`))?.created).not.toBe(before);
    }
  });

  test('is followed from its new beginning, and the board is written again', async () => {
    const board = new TaskBoard(on.nats, await on.nats.openBucket('again', { replicas: 1 }));
    await board.watch();
    for (const task of ['a', 'b', 'c']) await board.post(status(task));
    while (board.all().length < 3) await sleep(5);
    await gone('again');
    const untilMs = performance.now() + 20_000;
    const other = new TaskBoard(on.nats, await on.nats.openBucket('again', { replicas: 1 }));
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
    const objects = new ObjectBucket(await on.nats.openBucket('parts', { replicas: 1 }), 1_000);
    const shelf = objects.shelf('task.a');
    await shelf.put([kept, other], { at: 1 });
    await gone('parts');
    const key = await shelf.put([kept, other], { at: 2 });
    expect((await objects.getParts(key))?.parts.map((part) => Buffer.from(part))).toEqual([kept, other]);
  });
});
