/** The objects bucket of a pipeline: objects in chunks that sweeping leaves no trace of. */
import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ObjectBucket } from '#nats/buckets/object-bucket';
import type { ObjectShelf } from '#nats/buckets/object-shelf';
import { streamInfo } from '#nats/streams/stream-info';
import { oneServer } from './support/one-server.js';

const on = oneServer('buckets.spec');

describe('the objects bucket', () => {
  let name: string;
  let objects: ObjectBucket;
  /** Of one writer, on the bucket. */
  let shelf: ObjectShelf;
  let run = 0;
  beforeEach(async () => {
    name = `objects${run++}`;
    objects = new ObjectBucket(await on.nats.openBucket(name, { replicas: 1 }), 1_000);
    shelf = objects.shelf('task.a');
  });
  const stored = async (): Promise<number> => (await streamInfo(on.nats, `KV_${name}`))?.state.messages ?? 0;
  /** A second client, which knows nothing yet. */
  const reopened = async (): Promise<ObjectBucket> =>
    new ObjectBucket(await on.nats.openBucket(name, { replicas: 1 }), 1_000);

  test('gives back parts of any size, with their facts', async () => {
    const parts = [0, 1, 999, 1_000, 1_001, 123_456].map((size) => randomBytes(size));
    const key = await shelf.put(parts, { at: 7 });
    const found = await (await reopened()).getParts(key);
    expect(found?.facts).toEqual({ at: 7 });
    expect(found?.parts.map((part) => Buffer.from(part))).toEqual(parts);
    expect(await objects.getParts('task.a.none')).toBeUndefined();
  });

  test('holds more parts than one message can name, and nothing of it stays behind', async () => {
    const parts = Array.from({ length: 300 }, (_, i) => randomBytes(i % 7 === 0 ? 2_500 : 10));
    const key = await shelf.put(parts, { at: 7 });
    const found = await (await reopened()).getParts(key);
    expect(found).toEqual({ parts: parts.map((part) => Buffer.from(part)), facts: { at: 7 } });
    await shelf.put(parts.slice(1), { at: 8 });
    await shelf.sweep(key);
    expect(await (await reopened()).getParts(key)).toEqual(found);
    await objects.remove(key);
    expect(await stored()).toBe(0);
  });

  test.each([
    ['purged', () => on.nats.jsm.streams.purge(`KV_${name}`)],
    ['deleted', () => on.nats.jsm.streams.delete(`KV_${name}`)],
  ])('stores what it had stored once more when the bucket was %s', async (_, harm) => {
    const parts = [randomBytes(10), randomBytes(2_500)];
    await shelf.put(parts, { at: 1 });
    await harm();
    const key = await shelf.put(parts, { at: 2 });
    expect(await (await reopened()).getParts(key)).toEqual({
      parts: parts.map((part) => Buffer.from(part)),
      facts: { at: 2 },
    });
  });

  test('gives parts in memory of their own, which a state may keep', async () => {
    const key = await shelf.put([randomBytes(500), randomBytes(100_000)], {});
    for (const { buffer, byteLength } of (await objects.getParts(key))!.parts)
      expect(buffer.byteLength).toBeLessThanOrEqual(Math.max(byteLength, 65_536));
  });

  test('stores what it has already once', async () => {
    const [kept, changed] = [randomBytes(5_000), randomBytes(600)];
    await shelf.put([kept, changed], { at: 1 });
    const before = await stored();
    await shelf.put([kept, randomBytes(600)], { at: 2 });
    expect(await stored()).toBe(before + 2);
    await (await reopened()).shelf('task.a').put([Buffer.from(kept)], { at: 3 });
    expect(await stored()).toBe(before + 3);
    await shelf.put([kept, randomBytes(500)], { at: 4 });
    // A small part is within the manifest.
    expect(await stored()).toBe(before + 4);
  });

  test('removes an object with its chunks, and nothing else', async () => {
    const other = await objects.shelf('task.b').put([randomBytes(5_000)], {});
    const before = await stored();
    const key = await shelf.put([randomBytes(5_000), randomBytes(10)], {});
    expect(await stored()).toBeGreaterThan(before);
    await objects.remove(key);
    await objects.remove(key);
    expect(await stored()).toBe(before);
    expect(await objects.getParts(other)).toBeDefined();
  });

  test('sweeps what other sessions of a task wrote before an object, and nothing that came later', async () => {
    await objects.shelf('task.0.old').put([randomBytes(3_000)], {});
    const elsewhere = await objects.shelf('task.1.old').put([randomBytes(10)], {});
    const own = await objects.shelf('task.0.own').put([randomBytes(3_000)], {});
    const later = await objects.shelf('task.0.new').put([randomBytes(10)], {});
    await objects.sweepBefore(own, 'task.0.*.*', 'task.0.own');
    expect(await objects.keys('task.0.old.*')).toEqual([]);
    for (const key of [elsewhere, own, later]) expect(await objects.getParts(key)).toBeDefined();
  });

  test('sweeps what the kept object does not name, and leaves other tasks alone', async () => {
    const parts = [randomBytes(5_000), randomBytes(10)];
    await shelf.put([parts[0]!, randomBytes(5_000)], { at: 1 });
    const kept = await shelf.put(parts, { at: 2 });
    const other = await objects.shelf('task.b').put([randomBytes(10)], {});
    await shelf.sweep(kept);
    expect((await objects.getParts(kept))?.parts.map((part) => Buffer.from(part))).toEqual(parts);
    expect(await objects.getParts(other)).toBeDefined();
    // Five chunks, their manifest, and that of the other task: nothing marks what is gone.
    expect(await stored()).toBe(5 + 1 + 1);
  });

  test('stores again what others have deleted, whether one by one or all', async () => {
    const parts = [randomBytes(5_000), randomBytes(10)];
    const key = await shelf.put(parts, { at: 1 });
    const kv = await on.nats.openBucket(name, { replicas: 1 });
    for (const filter of [(await kv.keys('task.a.>')).find((one) => one !== key)!, '>']) {
      await kv.remove(filter);
      expect(
        (await (await reopened()).getParts(await shelf.put(parts, { at: 2 })))?.parts.map((part) => Buffer.from(part)),
      ).toEqual(parts);
    }
  });

  test('stores nothing where it would be lost, and says which setting to change', async () => {
    const { config } = await on.nats.jsm.streams.info(`KV_${name}`);
    await on.nats.jsm.streams.update(`KV_${name}`, { ...config, max_age: 3_600e9 });
    await expect(shelf.put([randomBytes(10)], {})).rejects.toThrow(
      `stream KV_${name} deletes messages by age: \`nats stream edit KV_${name} --max-age=0\``,
    );
  });

  test('says which object is missing', async () => {
    const key = await shelf.put([randomBytes(600)], {});
    const kv = await on.nats.openBucket(name, { replicas: 1 });
    for (const chunk of await kv.keys('task.a.>')) if (chunk !== key) await kv.remove(chunk);
    await expect((await reopened()).getParts(key)).rejects.toThrow(/object task\.a\.\w+ is missing/);
  });
});
