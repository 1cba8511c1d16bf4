/** An object store that counts and times what is asked of it. */
import type { ObjectStore, PutIfAbsentResult, StoredObject } from '#store/object-store';
import type { Metrics, StoreOperation } from '#telemetry/metrics';

export class MeteredStore implements ObjectStore {
  readonly url: string;

  constructor(
    private readonly store: ObjectStore,
    private readonly metrics: Pick<Metrics, 'asked'>,
  ) {
    this.url = store.url;
  }

  put(key: string, bytes: Uint8Array): Promise<void> {
    return this.#ask('put', () => this.store.put(key, bytes));
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<PutIfAbsentResult> {
    return this.#ask('put_if_absent', () => this.store.putIfAbsent(key, bytes));
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#ask('get', () => this.store.get(key));
  }

  /** Its time is that of the whole listing, with what the caller does in between. */
  async *list(prefix: string, startAfter?: string): AsyncGenerator<StoredObject> {
    const startedMs = performance.now();
    let failed = false;
    try {
      yield* this.store.list(prefix, startAfter);
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      this.#tell('list', startedMs, failed);
    }
  }

  delete(key: string): Promise<void> {
    return this.#ask('delete', () => this.store.delete(key));
  }

  close(): Promise<void> {
    return this.store.close();
  }

  async #ask<Answer>(operation: StoreOperation, work: () => Promise<Answer>): Promise<Answer> {
    const startedMs = performance.now();
    let failed = true;
    try {
      const answer = await work();
      failed = false;
      return answer;
    } finally {
      this.#tell(operation, startedMs, failed);
    }
  }

  #tell(operation: StoreOperation, startedMs: number, failed: boolean): void {
    this.metrics.asked(operation, (performance.now() - startedMs) / 1000, failed);
  }
}
