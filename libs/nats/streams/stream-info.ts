/** What a server says of a stream, which streams there are, and trimming one. */
import { JetStreamApiError, type StreamInfo } from '@nats-io/jetstream';
import type { StreamFacts } from '#frame/lineage';
import type { Nats } from '../ground/nats.js';
import { StaleAnswerError } from '../ground/stale-answer-error.js';
import { incarnationOf } from './incarnation.js';

export type { StreamInfo } from '@nats-io/jetstream';

const streamNotFound = 10059;
/** Go's zero time: servers before 2.10 say it of a stream that another client is just making. It would be taken for the stream's incarnation. */
const unborn = '0001-01-01T00:00:00Z';
const unbornEveryMs = 20;
const unbornAskedMax = 100;

export async function streamInfo(nats: Nats, stream: string): Promise<StreamInfo | undefined> {
  for (let asked = 1; ; asked++) {
    const info = await infoOf(nats, stream);
    if (!info || isBorn(info)) return info;
    if (asked === unbornAskedMax)
      throw new StaleAnswerError(`${stream} is being made, and the server does not come to an end with it`);
    await new Promise((resolve) => setTimeout(resolve, unbornEveryMs));
  }
}

async function infoOf(nats: Nats, stream: string): Promise<StreamInfo | undefined> {
  try {
    return await nats.jsm.streams.info(stream);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === streamNotFound) return undefined;
    throw error;
  }
}

/** Whether the stream is made to the end. */
export function isBorn({ created }: StreamInfo): boolean {
  return String(created) !== unborn;
}

export function factsOf(info: StreamInfo): StreamFacts {
  const { first_seq: firstSeq, last_seq: lastSeq, messages } = info.state;
  return {
    stream: info.config.name,
    created: incarnationOf(info),
    firstSeq: messages === 0 ? lastSeq + 1 : firstSeq,
    lastSeq,
  };
}

/** The server's time when it gave these facts, epoch ms; undefined: servers before 2.10 do not tell. */
export function serverMsOf(info: StreamInfo): number | undefined {
  const { ts } = info as { readonly ts?: unknown };
  return typeof ts === 'string' ? Date.parse(ts) : undefined;
}

/** Names of the streams that have one of these subjects. */
export async function streamsWith(nats: Nats, subjects: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const subject of subjects) for await (const name of nats.jsm.streams.names(subject)) found.add(name);
  return [...found];
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
