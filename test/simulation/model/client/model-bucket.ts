/** A key-value bucket of the model: the same requests as those of the client's own (NATS ADR-8). */
import { JetStreamApiError, type StreamConfig } from '@nats-io/jetstream';
import { headers as newHeaders } from '@nats-io/transport-node';
import { bucketStream, keySubject } from '#frame/log-name';
import { makingAgain } from '#nats/buckets/making-again';
import type { Bucket, BucketSettings } from '#nats/ground/bucket';
import { newestSeqOf } from '#nats/streams/get-message';
import { wrongSequenceUnknown } from '../api-error.js';
import type { ModelClient } from './model-client.js';

const wrongSequence: ReadonlySet<number> = new Set([10071, wrongSequenceUnknown.err_code]);
const duplicateWindowNs = 120e9;

export async function openModelBucket(client: ModelClient, name: string, settings: BucketSettings): Promise<Bucket> {
  const stream = bucketStream(name);
  const make = (): Promise<unknown> => client.jsm.streams.add({ ...configOf(name, settings), name: stream });
  const standing = <T>(act: () => Promise<T>): Promise<T> => makingAgain(act, make);
  await standing(() => client.jsm.streams.info(stream));
  return {
    name,
    incarnation: () => standing(async () => String((await client.jsm.streams.info(stream)).created)),
    put: (key, value, timeoutMs) =>
      standing(
        async () =>
          void (await client.js.publish(
            keySubject(name, key),
            value,
            timeoutMs === undefined ? {} : { timeout: timeoutMs },
          )),
      ),
    putIf: (key, value, revision) => standing(() => putIf(client, keySubject(name, key), value, revision)),
    get: (key) =>
      standing(async () => {
        const found = await client.jsm.streams.getMessage(stream, { last_by_subj: keySubject(name, key) });
        return found ? { key, value: found.data, revision: found.seq } : undefined;
      }),
    keys: (filter) =>
      standing(async () => {
        const subjects = (await client.call({ kind: 'keys', stream, filter: keySubject(name, filter) })) as string[];
        return subjects.map((subject) => subject.slice(keySubject(name, '').length));
      }),
    newest: (filter) => standing(() => newestSeqOf(client, stream, [keySubject(name, filter)])),
    remove: (filter) =>
      standing(async () => void (await client.jsm.streams.purge(stream, { filter: keySubject(name, filter) }))),
  };
}

async function putIf(
  client: ModelClient,
  subject: string,
  value: string | Uint8Array,
  revision: number,
): Promise<number | undefined> {
  const headers = newHeaders();
  headers.set('Nats-Expected-Last-Subject-Sequence', String(revision));
  try {
    return (await client.js.publish(subject, value, { headers })).seq;
  } catch (error) {
    if (error instanceof JetStreamApiError && wrongSequence.has(error.code)) return undefined;
    throw error;
  }
}

function configOf(name: string, { replicas, ttlMs }: BucketSettings): Partial<StreamConfig> {
  const ageNs = (ttlMs ?? 0) * 1e6;
  return {
    subjects: [keySubject(name, '>')],
    max_msgs_per_subject: 1,
    discard: 'new',
    allow_direct: false,
    num_replicas: replicas,
    max_age: ageNs,
    duplicate_window: ageNs > 0 ? Math.min(ageNs, duplicateWindowNs) : duplicateWindowNs,
  } as Partial<StreamConfig>;
}
