/** Creating the streams of logs, or accepting those that are there. */
import {
  DiscardPolicy,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import type { StreamFacts } from '#frame/lineage';
import type { LogIdentity } from '#frame/log-name';
import { HaltError } from '../ground/halt-error.js';
import { limitReached } from '../ground/limit-reached.js';
import type { Nats } from '../ground/nats.js';
import { StaleAnswerError } from '../ground/stale-answer-error.js';
import { StreamSetupError } from '../ground/stream-setup-error.js';
import { checkReplicas } from './check-replicas.js';
import { newRecord, ownMark } from './incarnation.js';
import { checkIdentity } from './recorded-identity.js';
import { checkStream, type Wanted } from './stream-faults.js';
import { factsOf, isBorn, streamInfo, streamsWith } from './stream-info.js';

/** Name in use; and subjects overlap, which servers before 2.10 say of a stream that is just being made twice. */
const madeByAnotherCodes: ReadonlySet<number> = new Set([10058, 10065]);
/** Whether it is recorded shows only after a restart of the server, so an answer that is lost is asked for again. */
const recordTriesMax = 3;

type LogConfig = Partial<StreamConfig> & { readonly name: string; readonly subjects: string[] };

/** A log that was made for the same as another, or for a part of it. */
export interface Relative {
  readonly stream: string;
  readonly identity: LogIdentity;
}

export interface LogSettings {
  readonly bytesMax: number;
  readonly replicas: number;
  /** What the log is made for; undefined where nothing is recorded, and nothing compared. */
  readonly identity?: LogIdentity;
  /** Looked at before this one is made. */
  readonly relatives?: readonly Relative[];
}

/**
 * Creates the stream of a log, or accepts the one that is there if it loses nothing.
 * Logs use Limits retention and `discard: new`, so a full log refuses frames instead of dropping them.
 * @throws StreamSetupError; NatsLimitError; HaltError when it, or a relative of one that is not there, was made for something else
 */
export async function ensureLog(
  nats: Nats,
  stream: string,
  subjects: string[],
  settings: LogSettings,
): Promise<StreamFacts> {
  const { identity, relatives = [], replicas, bytesMax } = settings;
  checkReplicas(nats.serverVersion, replicas);
  const wanted: Wanted = { kind: 'log', subjects, replicas, ...(identity && { identity }) };
  return factsOf(
    await ensureStream(nats, wanted, relatives, {
      name: stream,
      subjects,
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      discard: DiscardPolicy.New,
      max_bytes: bytesMax,
      num_replicas: replicas,
      allow_direct: false,
      duplicate_window: 120_000_000_000,
      description: identity?.text ?? `${ownMark}stream ${stream}.`,
    }),
  );
}

/** Where we have no right to, it stays as it is. */
async function recorded(nats: Nats, info: StreamInfo, isNew: boolean): Promise<StreamInfo> {
  const description = newRecord(info, isNew);
  for (
    let tries = 0, failure: Error | undefined;
    description !== undefined && tries < recordTriesMax && (tries === 0 || failure?.name === 'TimeoutError');
    tries++
  ) {
    failure = await nats.jsm.streams.update(info.config.name, { description }).then(
      () => undefined,
      (error: Error) => error,
    );
  }
  return info;
}

async function ensureStream(
  nats: Nats,
  wanted: Wanted,
  relatives: readonly Relative[],
  config: LogConfig,
): Promise<StreamInfo> {
  const present = await streamInfo(nats, config.name);
  if (present) return recorded(nats, checked(present, wanted), false);
  try {
    await checkRelatives(
      nats,
      relatives.filter(({ stream }) => stream !== config.name),
    );
    const made = await nats.jsm.streams.add(config as StreamConfig);
    const whole = isBorn(made) ? made : await streamInfo(nats, config.name);
    if (whole) return recorded(nats, whole, true);
    throw new StaleAnswerError('it was deleted while it was made');
  } catch (cause) {
    if (cause instanceof HaltError) throw cause;
    const created = mayBeThere(cause as Error) && (await streamInfo(nats, config.name));
    if (created) return recorded(nats, checked(created, wanted), true);
    throw await whyNotMade(nats, wanted, config, cause as Error);
  }
}

/** Another service may have created it a moment ago, or we have, and were not told. */
function mayBeThere(error: Error): boolean {
  return error instanceof JetStreamApiError ? madeByAnotherCodes.has(error.code) : error.name === 'TimeoutError';
}

async function whyNotMade(nats: Nats, wanted: Wanted, config: LogConfig, cause: Error): Promise<Error> {
  const { name, subjects, max_bytes: bytesMax } = config;
  const needed = { what: `stream ${name}`, bytesMax, replicas: wanted.replicas };
  const limit = await limitReached(cause, needed, nats.account);
  if (limit) return limit;
  const hint = await hintOn(nats, subjects).catch(() => 'Check that no other stream has these subjects.');
  return new StreamSetupError(`cannot create stream ${name} for ${subjects.join(', ')}: ${cause.message}. ${hint}`, {
    cause,
  });
}

/** How a pipeline gets messages of which another stream has the subjects. */
async function hintOn(nats: Nats, subjects: readonly string[]): Promise<string> {
  const others = await streamsWith(nats, subjects);
  const infos = await Promise.all(others.map((other) => streamInfo(nats, other)));
  const ours = infos.find((info) => info?.config.description?.startsWith(ownMark));
  if (ours)
    return `Stream ${ours.config.name} has these subjects: another pipeline reads them, and deletes there what it has stored. For several pipelines, make a stream of your own for the subjects, and name it in each of them ("stream:" instead of "subjects:").`;
  if (others.length > 0)
    return `Stream ${others.join(', ')} has these subjects: name it in the pipeline as an existing stream, or delete it.`;
  throw new Error('nobody has them');
}

function checked(info: StreamInfo, wanted: Wanted): StreamInfo {
  checkIdentity(info.config.name, info.config.description, wanted.identity);
  checkStream(info.config.name, info.config, wanted);
  return info;
}

/** A log that is new with a changed pipeline has nothing to say; those that were there before the change have. @throws HaltError */
async function checkRelatives(nats: Nats, relatives: readonly Relative[]): Promise<void> {
  const found = await Promise.all(
    relatives.map(async ({ stream, identity }) => ({ identity, info: await streamInfo(nats, stream) })),
  );
  for (const { identity, info } of found) if (info) checkIdentity(info.config.name, info.config.description, identity);
}
