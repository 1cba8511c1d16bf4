/** A key-value bucket: the few operations the runtime needs, over the client's own. */
import { Kvm, type KV } from '@nats-io/kv';
import { JetStreamApiError, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { bucketStream, keySubject } from '#frame/log-name';
import { checkReplicas } from './check-replicas.js';

export { bucketStream, keySubject };

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

export interface Bucket {
  readonly name: string;
  /** @param timeoutMs how long to wait for the answer */
  put(key: string, value: string | Uint8Array, timeoutMs?: number): Promise<void>;
  /** Writes only if the entry's revision is still `revision` (0: there is none). @returns the new revision; undefined when it was another */
  putIf(key: string, value: string | Uint8Array, revision: number): Promise<number | undefined>;
  get(key: string): Promise<BucketEntry | undefined>;
  /** Keys that match a filter, e.g. `task.a.>`. */
  keys(filter: string): Promise<string[]>;
  /** Deletes an entry without leaving a marker. */
  remove(key: string): Promise<void>;
}

/** Wrong last sequence; from 2.11 on a cluster may also answer the second. */
const MOVED: ReadonlySet<number> = new Set([10071, 10164]);

export function bucketOpener(js: JetStreamClient, jsm: JetStreamManager, serverVersion: string): (name: string, settings: BucketSettings) => Promise<Bucket> {
  return async (name, { replicas, ttlMs }) => {
    checkReplicas(serverVersion, replicas);
    // Direct reads may be answered by a follower that is behind: a snapshot would seem to be missing.
    const kv = await new Kvm(js).create(name, { history: 1, replicas, allow_direct: false, ...(ttlMs !== undefined && { ttl: ttlMs }) });
    return clientBucket(name, kv, jsm);
  };
}

function clientBucket(name: string, kv: KV, jsm: JetStreamManager): Bucket {
  return {
    name,
    put: async (key, value, timeoutMs) => void (await kv.put(key, value, timeoutMs === undefined ? {} : { timeout: timeoutMs })),
    putIf: async (key, value, revision) => {
      try {
        return await kv.put(key, value, { previousSeq: revision });
      } catch (error) {
        if (error instanceof JetStreamApiError && MOVED.has(error.code)) return undefined;
        throw error;
      }
    },
    get: async (key) => {
      const entry = await kv.get(key);
      return entry?.operation === 'PUT' ? { key, value: entry.value, revision: entry.revision } : undefined;
    },
    keys: async (filter) => {
      // The client's own `keys` leaves a consumer behind each time, which lives on for minutes.
      const { state } = await jsm.streams.info(bucketStream(name), { subjects_filter: keySubject(name, filter) });
      const prefix = keySubject(name, '');
      return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(prefix.length));
    },
    // The client's own delete and purge leave a marker for each key: where keys never come back, they would pile up.
    remove: async (key) => void (await jsm.streams.purge(bucketStream(name), { filter: keySubject(name, key) })),
  };
}
