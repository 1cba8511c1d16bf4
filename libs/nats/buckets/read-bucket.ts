/** Reads a key-value bucket as it is, and makes none: for whoever only looks. */
import { bucketStream, keySubject } from '#frame/log-name';
import type { BucketEntry } from '../ground/bucket.js';
import { mapFew } from '../ground/map-few.js';
import type { Nats } from '../ground/nats.js';
import { getMessage } from '../streams/get-message.js';
import { streamInfo } from '../streams/stream-info.js';

const readsAtOnceMax = 16;

export interface StoredEntry extends BucketEntry {
  /** When the server stored it, epoch ms. */
  readonly storedMs: number;
}

/** Entries that were deleted are left out; undefined when there is no such bucket. */
export async function readBucket(nats: Nats, bucket: string): Promise<StoredEntry[] | undefined> {
  const stream = bucketStream(bucket);
  if (!(await streamInfo(nats, stream))) return undefined;
  const { state } = await nats.jsm.streams.info(stream, { subjects_filter: keySubject(bucket, '>') });
  const prefix = keySubject(bucket, '');
  const found = await mapFew(Object.keys(state.subjects ?? {}), readsAtOnceMax, async (subject) => {
    const message = await getMessage(nats, stream, { last_by_subj: subject });
    if (!message || message.header?.has('KV-Operation')) return undefined;
    return {
      key: subject.slice(prefix.length),
      value: message.data,
      revision: message.seq,
      storedMs: message.time.getTime(),
    };
  });
  return found.filter((entry) => entry !== undefined);
}
