/** What every object store must do: the same suite runs over each kind of store. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ObjectStore } from '#store/object-store';
import { probeCreateOnly } from '#store/probe-create-only';

export interface StoreUnderTest {
  readonly store: ObjectStore;
  stop(): Promise<void>;
}

/** A server may have to be installed first. */
const startMsMax = 600_000;

const text = (value: string): Uint8Array => Buffer.from(value);

async function keysOf(store: ObjectStore, prefix: string, startAfter?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix, startAfter)) keys.push(key);
  return keys;
}

/** Tests ask for the store when it is open. */
type Opened = () => ObjectStore;

export function describeStore(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let under: StoreUnderTest;
    beforeAll(async () => {
      under = await start();
    }, startMsMax);
    afterAll(async () => {
      await under?.store.close();
      await under?.stop();
    }, 60_000);
    const store: Opened = () => under.store;
    testObjects(store);
    testExtremes(store);
    testCreation(store);
    testListing(store);
  });
}

const folder = (): string => `t-${randomUUID()}`;

async function read(store: ObjectStore, key: string): Promise<string | undefined> {
  const bytes = await store.get(key);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

function testObjects(store: Opened): void {
  test('gives back what was put, and the last of two puts', async () => {
    const key = `${folder()}/a/b.bin`;
    await store().put(key, text('one'));
    await store().put(key, text('two'));
    expect(await read(store(), key)).toBe('two');
  });

  test('keeps an empty object apart from an absent one', async () => {
    const at = folder();
    await store().put(`${at}/empty`, new Uint8Array());
    expect((await store().get(`${at}/empty`))?.byteLength).toBe(0);
    expect(await store().get(`${at}/absent`)).toBeUndefined();
  });

  test('takes names with spaces, percent signs and other scripts as they are', async () => {
    const at = folder();
    const key = `${at}/a=x%2Fy/b c/água+&=#?.bin`;
    await store().put(key, text('odd'));
    expect(await read(store(), key)).toBe('odd');
    expect(await keysOf(store(), `${at}/`)).toEqual([key]);
  });

  test('deletes, also what is absent', async () => {
    const key = `${folder()}/x`;
    await store().put(key, text('x'));
    await store().delete(key);
    await store().delete(key);
    expect(await store().get(key)).toBeUndefined();
    expect(await store().putIfAbsent(key, text('again'))).toBe('created');
  });
}

function testExtremes(store: Opened): void {
  test('refuses keys that leave its root', async () => {
    for (const key of ['../x', '/x', 'a//b', 'a/./b', ''])
      await expect(store().put(key, text('x'))).rejects.toThrow('not a key');
  });

  test('carries 100 MB in one object', async () => {
    const key = `${folder()}/large`;
    const bytes = randomBytes(100 * 1024 * 1024);
    expect(await store().putIfAbsent(key, bytes)).toBe('created');
    expect(bytes.equals(Buffer.from((await store().get(key)) ?? []))).toBe(true);
    await store().delete(key);
  }, 120_000);
}

function testCreation(store: Opened): void {
  test('creates once and never replaces', async () => {
    const key = `${folder()}/x`;
    expect(await store().putIfAbsent(key, text('one'))).toBe('created');
    expect(await store().putIfAbsent(key, text('two'))).toBe('exists');
    expect(await read(store(), key)).toBe('one');
  });

  test('has one winner among 20 racing creators', async () => {
    const key = `${folder()}/raced`;
    const bodies = Array.from({ length: 20 }, (_, i) => `writer ${i}`);
    const answers = await Promise.all(bodies.map((body) => store().putIfAbsent(key, text(body))));
    const winners = bodies.filter((_, i) => answers[i] === 'created');
    expect(winners).toEqual([await read(store(), key)]);
  });

  test('passes the probe for create-only writes', async () => {
    await expect(probeCreateOnly(store())).resolves.toBeUndefined();
    // Also when it was looked at before, and when nothing may be deleted.
    const inner = store();
    const undeletable: ObjectStore = {
      url: inner.url,
      put: (key, bytes) => inner.put(key, bytes),
      putIfAbsent: (key, bytes) => inner.putIfAbsent(key, bytes),
      get: (key) => inner.get(key),
      list: (prefix, startAfter) => inner.list(prefix, startAfter),
      delete: () => Promise.reject(new Error('not allowed')),
      close: () => inner.close(),
    };
    await expect(probeCreateOnly(undeletable)).resolves.toBeUndefined();
  });
}

function testListing(store: Opened): void {
  test('lists in byte order of the keys, from a prefix and after a key', async () => {
    const at = folder();
    const names = ['a', 'a-b', 'a/1', 'a/2', 'a/b/c', 'a0', 'b', 'é', 'z'];
    await Promise.all(names.map((name) => store().put(`${at}/${name === 'a' ? 'A' : name}`, text(name))));
    const listed = (keys: string[]): string[] => keys.map((key) => key.slice(at.length + 1));
    expect(listed(await keysOf(store(), `${at}/`))).toEqual(['A', 'a-b', 'a/1', 'a/2', 'a/b/c', 'a0', 'b', 'z', 'é']);
    expect(listed(await keysOf(store(), `${at}/a/`))).toEqual(['a/1', 'a/2', 'a/b/c']);
    expect(listed(await keysOf(store(), `${at}/a`, `${at}/a/1`))).toEqual(['a/2', 'a/b/c', 'a0']);
    expect(listed(await keysOf(store(), `${at}/`, `${at}/a/b`))).toEqual(['a/b/c', 'a0', 'b', 'z', 'é']);
    expect(await keysOf(store(), `${at}-none/`)).toEqual([]);
  });

  test('lists sizes, and more objects than one page of a remote listing', async () => {
    const at = folder();
    const many = Array.from({ length: 1005 }, (_, i) => `${at}/${String(i).padStart(5, '0')}`);
    for (let i = 0; i < many.length; i += 50) {
      await Promise.all(many.slice(i, i + 50).map((key) => store().put(key, text('abc'))));
    }
    const found: string[] = [];
    for await (const { key, size } of store().list(`${at}/`)) {
      expect(size).toBe(3);
      found.push(key);
    }
    expect(found).toEqual(many);
  }, 120_000);
}
