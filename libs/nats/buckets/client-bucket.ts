/** A key-value bucket over the client's own: made where it is not there, and made again where it was deleted. */
import { JetStreamApiError, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { bucketStream, keySubject } from '#frame/log-name';
import type { Bucket, BucketSettings } from '../ground/bucket.js';
import { limitReached } from '../ground/limit-reached.js';
import { checkReplicas } from '../streams/check-replicas.js';
import { newestSeqOf } from '../streams/get-message.js';
import { checkStream, type Wanted } from '../streams/stream-faults.js';
import { makingAgain } from './making-again.js';

/** Wrong last sequence; from 2.11 on a cluster may also answer the second. */
const movedCodes: ReadonlySet<number> = new Set([10071, 10164]);

export function bucketOpener(
  js: JetStreamClient,
  jsm: JetStreamManager,
  serverVersion: string,
): (name: string, settings: BucketSettings) => Promise<Bucket> {
  return async (name, { replicas, ttlMs }) => {
    checkReplicas(serverVersion, replicas);
    // Direct reads may be answered by a follower that is behind: a snapshot would seem to be missing.
    const make = (): Promise<KV> =>
      new Kvm(js)
        .create(name, { history: 1, replicas, allow_direct: false, ...(ttlMs !== undefined && { ttl: ttlMs }) })
        .catch(async (error: unknown) => {
          throw (await limitReached(error, { what: `bucket ${name}`, replicas }, () => jsm.getAccountInfo())) ?? error;
        });
    return clientBucket(name, await make(), jsm, make, {
      kind: 'bucket',
      subjects: [keySubject(name, '>')],
      replicas,
      expires: ttlMs !== undefined,
    });
  };
}

function clientBucket(
  name: string,
  kv: KV,
  jsm: JetStreamManager,
  make: () => Promise<unknown>,
  wanted: Wanted,
): Bucket {
  const standing = <T>(act: () => Promise<T>): Promise<T> => makingAgain(act, make);
  const putOver = (key: string, value: string | Uint8Array, revision: number): Promise<number | undefined> =>
    standing(() => kv.put(key, value, { previousSeq: revision })).catch(unlessMoved);
  return {
    name,
    incarnation: () => standing(async () => String((await jsm.streams.info(bucketStream(name))).created)),
    put: (key, value, timeoutMs) =>
      standing(async () => void (await kv.put(key, value, timeoutMs === undefined ? {} : { timeout: timeoutMs }))),
    putIf: async (key, value, revision) => {
      const stored = await putOver(key, value, revision);
      if (stored !== undefined || revision > 0) return stored;
      // Whoever deletes a key by hand leaves a marker, which has a revision too.
      const marker = await standing(() => kv.get(key));
      return marker && marker.operation !== 'PUT' ? putOver(key, value, marker.revision) : undefined;
    },
    get: async (key) => {
      const entry = await standing(() => kv.get(key));
      return entry?.operation === 'PUT' ? { key, value: entry.value, revision: entry.revision } : undefined;
    },
    keys: (filter) => standing(() => keysOf(jsm, name, filter, wanted)),
    newest: (filter) => standing(() => newestSeqOf({ jsm }, bucketStream(name), [keySubject(name, filter)])),
    // The client's own delete and purge leave a marker for each key: where keys never come back, they would pile up.
    remove: (filter) =>
      standing(async () => void (await jsm.streams.purge(bucketStream(name), { filter: keySubject(name, filter) }))),
  };
}

function unlessMoved(error: unknown): undefined {
  if (error instanceof JetStreamApiError && movedCodes.has(error.code)) return undefined;
  throw error;
}

/** The client's own `keys` leaves a consumer behind each time, which lives on for minutes. */
async function keysOf(jsm: JetStreamManager, name: string, filter: string, wanted: Wanted): Promise<string[]> {
  const { state, config } = await jsm.streams.info(bucketStream(name), { subjects_filter: keySubject(name, filter) });
  checkStream(config.name, config, wanted);
  const prefix = keySubject(name, '');
  return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(prefix.length));
}
