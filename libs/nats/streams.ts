/** Streams: creating logs and front streams, reading their facts and last frames, trimming them. */
import { DiscardPolicy, JetStreamApiError, RetentionPolicy, StorageType, type StoredMsg, type StreamConfig, type StreamInfo } from '@nats-io/jetstream';
import { decodeHead, hashHead, type FrameHead } from '#frame/head';
import type { StreamFacts } from '#frame/lineage';
import { checkReplicas } from './check-replicas.js';
import type { Nats } from './connection.js';
import { StreamSetupError } from './stream-setup-error.js';

const STREAM_NOT_FOUND = 10059;
const NO_MESSAGE_FOUND = 10037;
/** Name in use; and subjects overlap, which servers before 2.10 say of a stream that is just being made twice. */
const MADE_BY_ANOTHER: ReadonlySet<number> = new Set([10058, 10065]);
/** Go's zero time: servers before 2.10 say it of a stream that another client is just making. It would be taken for the stream's incarnation. */
const UNBORN = '0001-01-01T00:00:00Z';
const UNBORN_EVERY_MS = 20;
const UNBORN_ASKED_MAX = 100;

/** A server that is behind has answered: ask again. */
class StaleAnswerError extends Error {
  override readonly name = 'StaleAnswerError';
}

export interface LogSettings {
  readonly bytesMax: number;
  readonly replicas: number;
}

/**
 * Creates the stream of a log, or accepts the one that is there.
 * Logs use Limits retention and `discard: new`, so a full log refuses frames instead of dropping them.
 */
export async function ensureLog(nats: Nats, stream: string, subjects: string[], settings: LogSettings): Promise<StreamFacts> {
  checkReplicas(nats.serverVersion, settings.replicas);
  return factsOf(await ensureStream(nats, {
    name: stream,
    subjects,
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_bytes: settings.bytesMax,
    num_replicas: settings.replicas,
    allow_direct: false,
    duplicate_window: 120_000_000_000,
  }));
}

async function ensureStream(nats: Nats, config: Partial<StreamConfig> & { name: string; subjects: string[] }): Promise<StreamInfo> {
  const present = await streamInfo(nats, config.name);
  if (present) return checkSubjects(present, config.subjects);
  try {
    const made = await nats.jsm.streams.add(config as StreamConfig);
    const whole = isBorn(made) ? made : await streamInfo(nats, config.name);
    if (whole) return whole;
    throw new StaleAnswerError('it was deleted while it was made');
  } catch (cause) {
    // Another service may have created it a moment ago.
    if (cause instanceof JetStreamApiError && MADE_BY_ANOTHER.has(cause.code)) {
      const created = await streamInfo(nats, config.name);
      if (created) return checkSubjects(created, config.subjects);
    }
    throw new StreamSetupError(`cannot create stream ${config.name} for ${config.subjects.join(', ')}: ${(cause as Error).message}. Check the JetStream limits of the account and that no other stream has these subjects.`, { cause });
  }
}

function checkSubjects(info: StreamInfo, subjects: readonly string[]): StreamInfo {
  const missing = subjects.filter((s) => !info.config.subjects?.includes(s));
  if (missing.length === 0) return info;
  throw new StreamSetupError(`stream ${info.config.name} exists but does not have subject ${missing.join(', ')} (it has ${info.config.subjects?.join(', ')}). Delete or rename it, or name it in the pipeline as an existing stream.`);
}

export async function streamInfo(nats: Nats, stream: string): Promise<StreamInfo | undefined> {
  for (let asked = 1; ; asked++) {
    const info = await infoOf(nats, stream);
    if (!info || isBorn(info)) return info;
    if (asked === UNBORN_ASKED_MAX) throw new StaleAnswerError(`${stream} is being made, and the server does not come to an end with it`);
    await new Promise((resolve) => setTimeout(resolve, UNBORN_EVERY_MS));
  }
}

async function infoOf(nats: Nats, stream: string): Promise<StreamInfo | undefined> {
  try {
    return await nats.jsm.streams.info(stream);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return undefined;
    throw error;
  }
}

function isBorn({ created }: StreamInfo): boolean {
  return String(created) !== UNBORN;
}

export function factsOf(info: StreamInfo): StreamFacts {
  const { first_seq: firstSeq, last_seq: lastSeq, messages } = info.state;
  return {
    stream: info.config.name,
    created: String(info.created),
    firstSeq: messages === 0 ? lastSeq + 1 : firstSeq,
    lastSeq,
  };
}

export interface LastFrame {
  readonly seq: number;
  readonly head: FrameHead;
  readonly hash: string;
}

/** The last frame of a log, read from the stream's leader; undefined when the log is empty. */
export async function lastFrame(nats: Nats, stream: string, subject: string): Promise<LastFrame | undefined> {
  return frameOf(stream, await getMessage(nats, stream, { last_by_subj: subject }));
}

/**
 * The last frame of a log whose facts were read just before; undefined when both say that the log is empty.
 *
 * Two reads may be answered by two servers, one of which leads no longer and has less. A writer that took the end of the log from
 * one answer and "there is no frame" from the other would pass the fence, and begin anew behind frames that are there.
 */
export async function newestFrame(nats: Nats, { stream, firstSeq, lastSeq }: StreamFacts, subject: string): Promise<LastFrame | undefined> {
  const last = await lastFrame(nats, stream, subject);
  if (!last && firstSeq <= lastSeq) throw new StaleAnswerError(`${stream} has frames up to ${lastSeq}, but the last one was not found: a server that is behind has answered`);
  return last;
}

/** The frame at `seq` of a log; undefined when it is not there. */
export async function frameAt(nats: Nats, stream: string, seq: number): Promise<LastFrame | undefined> {
  return frameOf(stream, await getMessage(nats, stream, { seq }));
}

function frameOf(stream: string, stored: StoredMsg | undefined): LastFrame | undefined {
  if (!stored) return undefined;
  const head = decodeHead((name) => stored.header.values(name));
  if (!head) throw new StreamSetupError(`message ${stored.seq} of ${stream} is not a frame: something else publishes to ${stored.subject}. Only Afluente may publish there.`);
  return { seq: stored.seq, head, hash: hashHead(head) };
}

/** Sequence of the newest message under a subject filter; 0 when there is none. */
export async function lastSeqOf(nats: Nats, stream: string, filter: string): Promise<number> {
  return (await getMessage(nats, stream, { last_by_subj: filter }))?.seq ?? 0;
}

export async function getMessage(nats: Nats, stream: string, query: { seq: number } | { last_by_subj: string }): Promise<StoredMsg | undefined> {
  try {
    return (await nats.jsm.streams.getMessage(stream, query)) ?? undefined;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === NO_MESSAGE_FOUND) return undefined;
    throw error;
  }
}

/** Whether some stream stores what is published to `subject`. */
export async function takesSubject(nats: Nats, subject: string): Promise<boolean> {
  for await (const _ of nats.jsm.streams.names(subject)) return true;
  return false;
}

/** Deletes everything up to and including `seq`. */
export async function trimThrough(nats: Nats, stream: string, seq: number): Promise<void> {
  await nats.jsm.streams.purge(stream, { seq: seq + 1 });
}
