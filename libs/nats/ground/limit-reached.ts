/** From what NATS answers when a limit is reached to an error that names the limit, what was needed and what there is. */
import { JetStreamApiError } from '@nats-io/jetstream';
import type { AccountFacts } from './account-limits.js';
import { NatsLimitError } from './nats-limit-error.js';

/** Codes of nats-server (server/errors.json): which limit, and what to do. */
const limitOf: ReadonlyMap<number, string> = new Map([
  [
    10005,
    'servers with room for it: the cluster has fewer than there shall be replicas, or they are full. Add servers, or lower AFL_STREAM_REPLICAS',
  ],
  [10023, 'resources of the servers. Add servers or raise their max_file, or lower AFL_STREAM_REPLICAS'],
  [10026, 'max_consumers, of the account or of the stream: each reader of a stream takes one. Raise it'],
  [10027, 'max_streams of the account. Raise it'],
  [10028, 'max_mem, of the account or of the server. Raise it'],
  [
    10047,
    'max_file (storage), of the account or of the server. Raise it, or make logs and front streams smaller (AFL_LOG_BYTES_MAX, bytesMax of the sources)',
  ],
  [10052, 'the storage that the account may use. Raise it'],
  [10074, 'replicas: this NATS is one server without a cluster. Use a cluster, or set AFL_STREAM_REPLICAS=1'],
  [10113, 'max_bytes_required of the account: buckets of Afluente have no size. Allow streams without max_bytes'],
  [10120, 'the tiers of the account: there is none for so many replicas. Add one, or change AFL_STREAM_REPLICAS'],
  [
    10122,
    'disk_max_stream_bytes of the account. Raise it, or make logs and front streams smaller (AFL_LOG_BYTES_MAX, bytesMax of the sources)',
  ],
]);

/** What a stream with `discard: new` says when it is full (nats-server, JSStreamStoreFailedF). */
const storeFailed = 10077;

export function isFull(error: unknown): boolean {
  return (
    error instanceof JetStreamApiError && error.code === storeFailed && /maximum (bytes|messages)/.test(error.message)
  );
}

export interface Needed {
  /** E.g. `stream afl_shop_raw_orders_0`. */
  readonly what: string;
  readonly bytesMax?: number | undefined;
  readonly replicas?: number;
}

export function isLimit(error: unknown): error is JetStreamApiError {
  return error instanceof JetStreamApiError && limitOf.has(error.code);
}

/** @param account tells what there is; without rights to ask, nothing is said of it @returns undefined when `error` is about no limit */
export async function limitReached(
  error: unknown,
  needed: Needed,
  account: () => Promise<AccountFacts>,
): Promise<NatsLimitError | undefined> {
  if (!isLimit(error)) return undefined;
  const there = await account().then(told, () => '');
  return new NatsLimitError(
    `there is no room for ${wanted(needed)}: NATS says "${error.message}" (${error.code}). The limit is ${limitOf.get(error.code)}.${there}`,
    { cause: error },
  );
}

function wanted({ what, bytesMax, replicas = 1 }: Needed): string {
  return [
    what,
    ...(bytesMax === undefined ? [] : [`${bytesMax} bytes`]),
    ...(replicas > 1 ? [`${replicas} replicas`] : []),
  ].join(', ');
}

function told({ streams, reserved_storage: reserved = 0, limits }: AccountFacts): string {
  const shown = (limit: number): string => (limit < 0 ? 'no limit' : String(limit));
  return ` The account has ${streams} streams (max_streams: ${shown(limits.max_streams)}), ${reserved} bytes of storage promised to them (max_file: ${shown(limits.max_storage)}), and max_consumers: ${shown(limits.max_consumers)}.`;
}
