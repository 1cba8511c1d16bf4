/** An object store in memory, and a process's way to it, on which requests and answers get lost. */
import type { ObjectStore, PutIfAbsentResult, StoredObject } from '#store/object-store';
import { AmbiguousWriteError, StoreError } from '#store/store-errors';
import type { Owner } from '../../model/timeline.js';
import type { VirtualTime } from '../../time/virtual-time.js';
import type { History } from '../history.js';

/** What becomes of a request. */
export interface StoreFate {
  readonly latencyMs: number;
  /** 500 without a deed, a deed without an answer, or a deed long after everybody has given up. */
  readonly trouble?: 'refused' | 'answer-lost' | 'late';
  readonly lateMs: number;
}

const answerMsMax = 3_000;

export class MemoryStore {
  readonly objects = new Map<string, Uint8Array>();
  /** When entries of Delta logs were asked for that are there, or were: epoch ms. */
  readonly askedMs = new Map<string, number>();
  /** What others have deleted, for whoever checks. */
  readonly #cleaned = new Map<string, Uint8Array>();

  putIfAbsent(key: string, bytes: Uint8Array): PutIfAbsentResult {
    if (this.objects.has(key)) return 'exists';
    this.objects.set(key, bytes);
    return 'created';
  }

  put(key: string, bytes: Uint8Array): void {
    this.objects.set(key, bytes);
  }

  /** Somebody else deletes an object. */
  clean(key: string): void {
    const bytes = this.objects.get(key);
    if (bytes !== undefined) this.#cleaned.set(key, bytes);
    this.objects.delete(key);
  }

  /** An object that is there, or was before others deleted it. */
  everHeld(key: string): Uint8Array | undefined {
    return this.objects.get(key) ?? this.#cleaned.get(key);
  }

  /** In order of keys. */
  keys(prefix: string, startAfter = ''): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > startAfter).sort();
  }
}

export class StoreClient implements ObjectStore {
  readonly url = 'memory:';

  constructor(
    private readonly store: MemoryStore,
    private readonly time: VirtualTime,
    private readonly owner: Owner,
    private readonly server: Owner,
    private readonly fate: () => StoreFate,
    private readonly history: History,
  ) {}

  put(key: string, bytes: Uint8Array): Promise<void> {
    return this.#ask(key, true, () => this.store.put(key, bytes));
  }

  putIfAbsent(key: string, bytes: Uint8Array): Promise<PutIfAbsentResult> {
    const askedMs = this.time.nowMs;
    return this.#ask(key, true, () => {
      const said = this.store.putIfAbsent(key, bytes);
      if (!key.includes('_delta_log')) return said;
      if (said === 'created') this.store.askedMs.set(key, askedMs);
      this.history.note(this.owner, () => `commit ${key.replace(/0{10,}/, '…')} ${said}`);
      return said;
    });
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.#ask(key, false, () => this.store.objects.get(key));
  }

  async *list(prefix: string, startAfter?: string): AsyncIterable<StoredObject> {
    const keys = await this.#ask(prefix, false, () => this.store.keys(prefix, startAfter));
    for (const key of keys) yield { key, size: this.store.objects.get(key)?.byteLength ?? 0 };
  }

  async delete(key: string): Promise<void> {
    await this.#ask(key, true, () => this.store.objects.delete(key));
  }

  async close(): Promise<void> {}

  #ask<T>(key: string, writes: boolean, act: () => T): Promise<T> {
    // A process that is gone sends nothing.
    if (this.time.isGone(this.owner)) return new Promise(() => undefined);
    const { latencyMs, trouble, lateMs } = this.fate();
    if (trouble !== undefined) this.history.note(this.owner, () => `store ${trouble} ${key.replace(/0{10,}/, '…')}`);
    return new Promise((resolve, reject) => {
      const answer = (afterMs: number, say: () => void): void => void this.time.after(afterMs, this.owner, say);
      const fail = (why: string): void =>
        reject(writes ? new AmbiguousWriteError(key, new Error(why)) : new StoreError(`${key}: ${why}`));
      if (trouble === 'refused') return answer(latencyMs * 2, () => fail('500'));
      if (trouble !== undefined) answer(answerMsMax, () => fail('no answer'));
      this.time.after(trouble === 'late' ? lateMs : latencyMs, this.server, () => {
        const value = act();
        if (trouble === undefined) answer(latencyMs, () => resolve(value));
      });
    });
  }
}
