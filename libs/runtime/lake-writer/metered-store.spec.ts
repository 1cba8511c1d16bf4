/** A metered store answers as the one behind it, and tells of each request once. */
import { describe, expect, test } from '@jest/globals';
import type { ObjectStore, StoredObject } from '#store/object-store';
import { StoreError } from '#store/store-errors';
import { MeteredStore } from './metered-store.js';

async function* listed(objects: readonly StoredObject[], error?: Error): AsyncGenerator<StoredObject> {
  yield* objects;
  if (error) throw error;
}

const content = Buffer.from('x');
const working: ObjectStore = {
  url: 'file:///lake',
  put: async () => undefined,
  putIfAbsent: async () => 'exists',
  get: async () => content,
  list: () =>
    listed([
      { key: 'a', size: 1 },
      { key: 'b', size: 2 },
    ]),
  delete: async () => undefined,
  close: async () => undefined,
};
const failure = new StoreError('no');
const refuse = (): Promise<never> => Promise.reject(failure);
const failing: ObjectStore = {
  ...working,
  put: refuse,
  putIfAbsent: refuse,
  get: refuse,
  list: () => listed([{ key: 'a', size: 1 }], failure),
  delete: refuse,
};

function metered(store: ObjectStore): { store: MeteredStore; asked: [string, boolean][] } {
  const asked: [string, boolean][] = [];
  return {
    asked,
    store: new MeteredStore(store, {
      asked: (operation, seconds, failed) => void asked.push([operation, failed || seconds < 0]),
    }),
  };
}

async function keysOf(objects: AsyncIterable<StoredObject>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects) keys.push(key);
  return keys;
}

describe('a metered store', () => {
  test('answers, and counts', async () => {
    const { store, asked } = metered(working);
    expect([
      await store.put('k', content),
      await store.putIfAbsent('k', content),
      await store.get('k'),
      await keysOf(store.list('')),
      await store.delete('k'),
      store.url,
    ]).toEqual([undefined, 'exists', content, ['a', 'b'], undefined, 'file:///lake']);
    expect(asked).toEqual([
      ['put', false],
      ['put_if_absent', false],
      ['get', false],
      ['list', false],
      ['delete', false],
    ]);
  });

  test('passes failures on, and counts them', async () => {
    const { store, asked } = metered(failing);
    for (const request of [
      () => store.put('k', content),
      () => store.putIfAbsent('k', content),
      () => store.get('k'),
      () => keysOf(store.list('')),
      () => store.delete('k'),
    ])
      await expect(request()).rejects.toBe(failure);
    expect(asked).toEqual([
      ['put', true],
      ['put_if_absent', true],
      ['get', true],
      ['list', true],
      ['delete', true],
    ]);
  });

  test('counts a listing that the caller leaves early as one that went well', async () => {
    const { store, asked } = metered(failing);
    for await (const _ of store.list('')) break;
    expect(asked).toEqual([['list', false]]);
  });
});
