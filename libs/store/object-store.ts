/** The one narrow interface behind which a lake lives: whole objects under keys, with create-only writes. */

export type PutIfAbsentResult = 'created' | 'exists';

export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Keys are relative, `/`-separated and never start with `/` or contain `.` or `..` segments.
 * Every write is atomic (an object is seen whole or not at all) and durable when its promise resolves.
 *
 * Errors of every method: `AmbiguousWriteError` when a write may or may not have happened,
 * `StoreError` for everything else.
 */
export interface ObjectStore {
  /** Where the store is, for people: `file:///data/lake`, `s3://bucket/prefix`. */
  readonly url: string;
  /** Creates or replaces. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Creates only; never replaces. Of any number of racing callers exactly one sees `created`. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<PutIfAbsentResult>;
  get(key: string): Promise<Uint8Array | undefined>;
  /** Objects whose key starts with `prefix` and is greater than `startAfter`, in UTF-8 byte order of the keys. */
  list(prefix: string, startAfter?: string): AsyncIterable<StoredObject>;
  /** Succeeds when the object is absent. */
  delete(key: string): Promise<void>;
  /** Frees connections; the store is not used afterwards. */
  close(): Promise<void>;
}
