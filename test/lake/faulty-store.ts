/** A real store whose answers to create-only writes get lost, or come late, as a script of faults says. */
import type { ObjectStore, PutIfAbsentResult, StoredObject } from '#store/object-store';
import { AmbiguousWriteError } from '#store/store-errors';

/** `lost-after`: stored, answer lost. `lost-before`: not stored, answer lost. `late`: lost, and stored some time later. */
export type Fault = 'none' | 'lost-after' | 'lost-before' | 'late';

export class FaultyStore implements ObjectStore {
  readonly #late: Promise<unknown>[] = [];

  constructor(
    private readonly inner: ObjectStore,
    private readonly faults: Fault[],
  ) {}

  get url(): string {
    return this.inner.url;
  }

  put(key: string, bytes: Uint8Array): Promise<void> {
    return this.inner.put(key, bytes);
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<PutIfAbsentResult> {
    const fault = this.faults.shift() ?? 'none';
    if (fault === 'none') return this.inner.putIfAbsent(key, bytes);
    if (fault === 'lost-after') await this.inner.putIfAbsent(key, bytes);
    if (fault === 'late')
      this.#late.push(new Promise((done) => setTimeout(done, 20)).then(() => this.inner.putIfAbsent(key, bytes)));
    throw new AmbiguousWriteError(key, new Error(fault));
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.inner.get(key);
  }

  list(prefix: string, startAfter?: string): AsyncIterable<StoredObject> {
    return this.inner.list(prefix, startAfter);
  }

  delete(key: string): Promise<void> {
    return this.inner.delete(key);
  }

  /** Waits until everything that was sent late has arrived. */
  async close(): Promise<void> {
    await Promise.all(this.#late);
  }
}
