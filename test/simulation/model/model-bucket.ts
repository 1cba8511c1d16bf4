/** A key-value bucket of the model: the same requests as those of the client's own (NATS ADR-8). */
import { headers as newHeaders } from '@nats-io/transport-node';
import { JetStreamApiError, type StreamConfig } from '@nats-io/jetstream';
import { bucketStream, keySubject } from '#frame/log-name';
import type { Bucket, BucketSettings } from '#nats/bucket';
import { streamNotFound, wrongSequenceUnknown } from './api-error.js';
import type { ModelClient } from './model-client.js';

const WRONG_SEQUENCE: ReadonlySet<number> = new Set([10071, wrongSequenceUnknown.err_code]);
const DUPLICATE_WINDOW_NS = 120e9;

export async function openModelBucket(client: ModelClient, name: string, settings: BucketSettings): Promise<Bucket> {
  const stream = bucketStream(name);
  await client.jsm.streams.info(stream).catch(async (error: unknown) => {
    if (!(error instanceof JetStreamApiError) || error.code !== streamNotFound.err_code) throw error;
    await client.jsm.streams.add({ ...configOf(name, settings), name: stream });
  });
  return {
    name,
    put: async (key, value, timeoutMs) => void (await client.js.publish(keySubject(name, key), value, timeoutMs === undefined ? {} : { timeout: timeoutMs })),
    putIf: (key, value, revision) => putIf(client, keySubject(name, key), value, revision),
    get: async (key) => {
      const found = await client.jsm.streams.getMessage(stream, { last_by_subj: keySubject(name, key) });
      return found ? { key, value: found.data, revision: found.seq } : undefined;
    },
    keys: async (filter) => {
      const subjects = (await client.call({ kind: 'keys', stream, filter: keySubject(name, filter) })) as string[];
      return subjects.map((subject) => subject.slice(keySubject(name, '').length));
    },
    remove: async (key) => void (await client.jsm.streams.purge(stream, { filter: keySubject(name, key) })),
  };
}

async function putIf(client: ModelClient, subject: string, value: string | Uint8Array, revision: number): Promise<number | undefined> {
  const headers = newHeaders();
  headers.set('Nats-Expected-Last-Subject-Sequence', String(revision));
  try {
    return (await client.js.publish(subject, value, { headers })).seq;
  } catch (error) {
    if (error instanceof JetStreamApiError && WRONG_SEQUENCE.has(error.code)) return undefined;
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
    duplicate_window: ageNs > 0 ? Math.min(ageNs, DUPLICATE_WINDOW_NS) : DUPLICATE_WINDOW_NS,
  } as Partial<StreamConfig>;
}
