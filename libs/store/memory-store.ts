/** A store in the memory of a process: what is written there is gone with it. */
import type { ObjectStore, PutIfAbsentResult, StoredObject } from './object-store.js';

export class MemoryStore implements ObjectStore {
  readonly url = 'memory:';
  readonly #objects = new Map<string, Uint8Array>();

  async put(key: string, bytes: Uint8Array): Promise<void> {
    this.#objects.set(key, bytes);
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<PutIfAbsentResult> {
    if (this.#objects.has(key)) return 'exists';
    this.#objects.set(key, bytes);
    return 'created';
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#objects.get(key);
  }

  async *list(prefix: string, startAfter = ''): AsyncIterable<StoredObject> {
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix) && key > startAfter);
    for (const key of keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
      yield { key, size: this.#objects.get(key)!.byteLength };
  }

  async delete(key: string): Promise<void> {
    this.#objects.delete(key);
  }

  async close(): Promise<void> {}
}
