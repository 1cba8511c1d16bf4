/** A store that keeps silent is told of, once, and again when it answers. */
import { expect, test } from '@jest/globals';
import { MemoryStore } from './memory-store.js';
import type { StoreError } from './store-errors.js';
import { WatchedStore } from './watched-store.js';

const silentMs = 30;

/** Answers when it is let. */
class SlowStore extends MemoryStore {
  #let: () => void = () => undefined;
  readonly #answers = new Promise<void>((resolve) => (this.#let = resolve));

  answer(): void {
    this.#let();
  }

  override async get(key: string): Promise<Uint8Array | undefined> {
    await this.#answers;
    return super.get(key);
  }
}

function watched(): { slow: SlowStore; store: WatchedStore; told: (StoreError | undefined)[]; telling: Promise<void> } {
  const told: (StoreError | undefined)[] = [];
  let tell = (): void => undefined;
  const telling = new Promise<void>((resolve) => (tell = resolve));
  const slow = new SlowStore();
  const note = (error: StoreError | undefined): void => {
    told.push(error);
    tell();
  };
  return { slow, store: new WatchedStore(slow, note, silentMs), told, telling };
}

test('of several questions without an answer one is told, and that all are answered', async () => {
  const { slow, store, told, telling } = watched();
  const asked = [store.get('a'), store.get('b')];
  await telling;
  slow.answer();
  await Promise.all(asked);
  expect(told.map((error) => error?.message)).toEqual([
    expect.stringContaining(`${store.url} has not answered for 0.03 s`),
    undefined,
  ]);
});

test('answers in time are nothing to tell, and are those of the store', async () => {
  const { store, told } = watched();
  expect(await store.putIfAbsent('a', Buffer.from('1'))).toBe('created');
  expect(await store.putIfAbsent('a', Buffer.from('2'))).toBe('exists');
  await store.put('b', Buffer.from('3'));
  await store.delete('a');
  const keys: string[] = [];
  for await (const { key } of store.list('')) {
    // Longer than the store may keep silent, and none of its business.
    await new Promise((resolve) => setTimeout(resolve, 2 * silentMs));
    keys.push(key);
  }
  expect([keys, told]).toEqual([['b'], []]);
});
