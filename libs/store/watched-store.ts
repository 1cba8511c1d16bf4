/** An object store of which is told when it leaves a question without an answer: a store that is away may keep silent for minutes before it counts as failed. */
import type { ObjectStore, PutIfAbsentResult, StoredObject } from './object-store.js';
import { StoreError } from './store-errors.js';

/** A large file on a slow line is stored by then. */
const usualSilentMs = 5_000;

export class WatchedStore implements ObjectStore {
  readonly url: string;
  /** Questions that have waited for too long. */
  #unanswered = 0;

  /** @param onSilence told of the first question that waits for too long, and with undefined when none does any more */
  constructor(
    private readonly store: ObjectStore,
    private readonly onSilence: (error: StoreError | undefined) => void,
    private readonly silentMs = usualSilentMs,
  ) {
    this.url = store.url;
  }

  put(key: string, bytes: Uint8Array): Promise<void> {
    return this.#watch(() => this.store.put(key, bytes));
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<PutIfAbsentResult> {
    return this.#watch(() => this.store.putIfAbsent(key, bytes));
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#watch(() => this.store.get(key));
  }

  /** What the caller does in between is not the store's silence. */
  async *list(prefix: string, startAfter?: string): AsyncGenerator<StoredObject> {
    const listing = this.store.list(prefix, startAfter)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.#watch(() => listing.next());
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await listing.return?.();
    }
  }

  delete(key: string): Promise<void> {
    return this.#watch(() => this.store.delete(key));
  }

  close(): Promise<void> {
    return this.store.close();
  }

  async #watch<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    let silent = false;
    const timer = setTimeout(() => {
      silent = true;
      if (++this.#unanswered === 1) this.onSilence(this.#silence());
    }, this.silentMs);
    try {
      return await ask();
    } finally {
      clearTimeout(timer);
      if (silent && --this.#unanswered === 0) this.onSilence(undefined);
    }
  }

  #silence(): StoreError {
    return new StoreError(
      `${this.url} has not answered for ${this.silentMs / 1000} s: check the address, the endpoint and the network. It is asked again when it counts as failed`,
    );
  }
}
