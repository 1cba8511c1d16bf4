/** A key-value bucket: the few operations the runtime needs, so that a model of it can stand in. */

export interface BucketSettings {
  readonly replicas: number;
  /** Entries go this long after they were written; without it they stay. */
  readonly ttlMs?: number;
}

export interface BucketEntry {
  readonly key: string;
  readonly value: Uint8Array;
  /** Sequence of the entry in the bucket's stream. */
  readonly revision: number;
}

/** A bucket that was deleted is made again by the next operation, empty. */
export interface Bucket {
  readonly name: string;
  /** The `created` of the bucket's stream: what was stored in another incarnation is gone. */
  incarnation(): Promise<string>;
  /** @param timeoutMs how long to wait for the answer */
  put(key: string, value: string | Uint8Array, timeoutMs?: number): Promise<void>;
  /** Writes only if the entry's revision is still `revision` (0: there is none, or it was deleted). @returns the new revision; undefined when it was another */
  putIf(key: string, value: string | Uint8Array, revision: number): Promise<number | undefined>;
  get(key: string): Promise<BucketEntry | undefined>;
  /** Keys that match a filter, e.g. `task.a.>`. @throws StreamSetupError when somebody has given the bucket settings with which it loses entries */
  keys(filter: string): Promise<string[]>;
  /** Revision of the newest entry that matches a filter; 0: there is none. */
  newest(filter: string): Promise<number>;
  /** Deletes what a key names, or what matches a filter, without leaving markers. */
  remove(filter: string): Promise<void>;
}
