/** Small acts and observations that the scenarios of the conformance suite are made of. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { createInbox, type Msg, headers as newHeaders } from '@nats-io/transport-node';
import type { Nats } from '#nats/ground/nats';
import { bytesOfText } from '../model/text-bytes.js';
import type { Lab } from './lab.js';

export async function addStream(
  nats: Nats,
  name: string,
  more: Partial<StreamConfig> = {},
  replicas = 1,
): Promise<void> {
  await nats.jsm.streams.add({
    name,
    subjects: [name, `${name}.>`],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    num_replicas: replicas,
    allow_direct: false,
    ...more,
  } as StreamConfig);
}

/** What became of something: its value, or the name and code of its error. */
export async function outcome<T>(doing: Promise<T>): Promise<T | string> {
  return doing.catch((error: Error) =>
    error instanceof JetStreamApiError ? `${error.code} ${error.message}` : error.name,
  );
}

export interface Publish {
  readonly subject: string;
  readonly text: string;
  readonly expect?: number;
  readonly expectSubject?: number;
  readonly msgId?: string;
  readonly timeoutMs?: number;
}

/** `seq`, `seq dup`, or an error. */
export async function publish(
  nats: Nats,
  { subject, text, expect, expectSubject, msgId, timeoutMs = 2_000 }: Publish,
): Promise<string> {
  const headers = newHeaders();
  if (expect !== undefined) headers.set('Nats-Expected-Last-Sequence', String(expect));
  if (expectSubject !== undefined) headers.set('Nats-Expected-Last-Subject-Sequence', String(expectSubject));
  if (msgId !== undefined) headers.set('Nats-Msg-Id', msgId);
  const ack = await outcome(nats.js.publish(subject, bytesOfText(text), { headers, timeout: timeoutMs, retries: 0 }));
  return typeof ack === 'string' ? ack : `${ack.seq}${ack.duplicate ? ' dup' : ''}`;
}

export async function publishAll(nats: Nats, subject: string, texts: readonly string[]): Promise<void> {
  for (const text of texts) await publish(nats, { subject, text });
}

export interface StreamState {
  readonly messages: number;
  readonly first: number;
  readonly last: number;
}

export async function stateOf(nats: Nats, stream: string): Promise<StreamState> {
  const { state } = await nats.jsm.streams.info(stream);
  return { messages: state.messages, first: state.first_seq, last: state.last_seq };
}

export async function textAt(
  nats: Nats,
  stream: string,
  query: { seq: number } | { last_by_subj: string },
): Promise<string> {
  const found = await outcome(nats.jsm.streams.getMessage(stream, query));
  if (found === null) return 'none';
  return typeof found === 'string' ? found : `${found.seq} ${found.subject} ${found.string()}`;
}

/** A consumer as StreamReader makes it. */
export async function addConsumer(nats: Nats, stream: string, startSeq: number, more: object = {}): Promise<string> {
  const info = await nats.jsm.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: startSeq,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: 60_000_000_000,
    max_deliver: 1,
    ...more,
  });
  return info.name;
}

export interface PullRequest {
  readonly batch: number;
  readonly maxBytes?: number;
  readonly expiresMs: number;
  readonly heartbeatMs?: number;
}

/** An inbox that notes what comes: messages as `seq/delivery/pending text`, statuses as `code description`. */
export class Inbox {
  readonly seen: string[] = [];
  readonly #subject = createInbox();

  constructor(
    private readonly nats: Nats,
    private readonly note: (message: Msg) => string = noteOf,
  ) {
    nats.nc.subscribe(this.#subject, { callback: (_, message) => void this.seen.push(this.note(message)) });
  }

  pull(stream: string, consumer: string, { batch, maxBytes, expiresMs, heartbeatMs }: PullRequest): void {
    const request = {
      batch,
      ...(maxBytes && { max_bytes: maxBytes }),
      expires: expiresMs * 1e6,
      ...(heartbeatMs && { idle_heartbeat: heartbeatMs * 1e6 }),
    };
    this.nats.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify(request), {
      reply: this.#subject,
    });
  }

  async wait(count: number, msMax = 4_000): Promise<string[]> {
    const untilMs = performance.now() + msMax;
    while (this.seen.length < count && performance.now() < untilMs) await sleep(10);
    return [...this.seen];
  }
}

/** `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>` */
function noteOf(message: Msg): string {
  if (!message.reply) return statusOf(message);
  const fields = message.reply.split('.');
  return `${fields[5]}/${fields[6]}/${fields[8]} ${message.string()}`;
}

/** As above; before 2.10 what waits is not to be trusted once something of it was deleted: sometimes that still counts. */
export function waitingNoteOf({ version }: Pick<Lab, 'version'>): (message: Msg) => string {
  return version === '2.9' ? noteBesideWaiting : noteOf;
}

/** As `noteOf`, without what waits. */
export function noteBesideWaiting(message: Msg): string {
  return noteOf(message).replace(/\/\d+ /, '/? ');
}

export function statusOf(message: Msg): string {
  const { headers } = message;
  // Its text is empty, but the client wants one.
  if (headers?.code === 503) return '503';
  const extra = ['Nats-Pending-Messages', 'Nats-Pending-Bytes', 'Nats-Last-Consumer', 'Nats-Last-Stream']
    .filter((name) => headers?.has(name))
    .map((name) => `${name}=${headers?.get(name)}`);
  return [headers?.code, headers?.description, ...extra].join(' ');
}
