/** What one stream holds: sequences, limits, message ids and expectations, as nats-server judges them. Pure: no clock, no network. */
import type { StreamConfig } from '@nats-io/jetstream';
import type { MsgHdrs } from '@nats-io/transport-node';
import { type ApiError, noMessageFound, storeIsFull, wrongSequence } from '../api-error.js';
import type { Profile } from '../profile.js';
import { recordBytes } from './record-bytes.js';
import { matches } from './subjects.js';

export interface StoredMessage {
  readonly seq: number;
  readonly subject: string;
  readonly headers: MsgHdrs | undefined;
  readonly data: Uint8Array;
  /** Epoch ms. */
  readonly timeMs: number;
  /** What it takes in the store. */
  readonly bytes: number;
}

export type Publish = Pick<StoredMessage, 'subject' | 'headers' | 'data'>;

export type Verdict =
  | { readonly kind: 'stored'; readonly seq: number; readonly duplicate: boolean }
  | { readonly kind: 'refused'; readonly error: ApiError };

export interface StreamWatcher {
  onStored(message: StoredMessage): void;
  /** @param bySubject by a purge of one subject */
  onDeleted(message: StoredMessage, bySubject: boolean): void;
}

export type Query = { readonly seq: number } | { readonly last_by_subj: string };

export class StoredStream {
  firstSeq = 1;
  lastSeq = 0;
  bytes = 0;
  readonly #messages = new Map<number, StoredMessage>();
  readonly #lastOf = new Map<string, number>();
  readonly #ids = new Map<string, { readonly seq: number; readonly timeMs: number }>();
  readonly watchers = new Set<StreamWatcher>();
  /** Every message that was ever stored, in order. */
  readonly history: StoredMessage[] = [];

  config: Partial<StreamConfig> & { readonly name: string };
  /** When it was created: as the server says, as its file says, and as the next edit writes there. */
  readonly #births: { told: string; filed: string; next: string };

  constructor(
    config: Partial<StreamConfig> & { readonly name: string },
    created: string,
    private readonly profile: Profile,
  ) {
    this.config = config;
    this.#births = { told: created, filed: created, next: created };
  }

  get created(): string {
    return this.#births.told;
  }

  edit(changes: Partial<StreamConfig>): void {
    this.config = { ...this.config, ...changes };
    this.#births.filed = this.#births.next;
  }

  /** Its only server is started again. One that held nothing by then is not made to forget: it would be taken for another (libs/nats/streams/incarnation.ts). */
  recover(now: string): void {
    if (this.profile.forgetsCreation && this.lastSeq > 0)
      Object.assign(this.#births, { told: this.#births.filed, next: now });
  }

  get count(): number {
    return this.#messages.size;
  }

  takes(subject: string): boolean {
    return (this.config.subjects ?? []).some((filter) => matches(filter, subject));
  }

  at(seq: number): StoredMessage | undefined {
    return this.#messages.get(seq);
  }

  find(query: Query, nowMs: number): StoredMessage | ApiError {
    this.expire(nowMs);
    const seq = 'seq' in query ? query.seq : this.lastSeqOf(query.last_by_subj);
    return this.#messages.get(seq) ?? noMessageFound;
  }

  lastSeqOf(filter: string): number {
    const exact = this.#lastOf.get(filter);
    if (exact !== undefined) return exact;
    let newest = 0;
    for (const [subject, seq] of this.#lastOf) if (seq > newest && matches(filter, subject)) newest = seq;
    return newest;
  }

  /** Ids are judged before expectations, room last. */
  publish(publish: Publish, nowMs: number): Verdict {
    this.expire(nowMs);
    const id = publish.headers?.get('Nats-Msg-Id') || undefined;
    const seen = id === undefined ? undefined : this.#seen(id, nowMs);
    if (seen !== undefined) return { kind: 'stored', seq: seen, duplicate: true };
    const bytes = recordBytes(publish);
    const error = this.#unexpected(publish) ?? this.#noRoom(bytes);
    if (error) return { kind: 'refused', error };
    if (id !== undefined) this.#ids.set(id, { seq: this.lastSeq + 1, timeMs: nowMs });
    return {
      kind: 'stored',
      seq: this.#store({ ...publish, seq: this.lastSeq + 1, timeMs: nowMs, bytes: bytes.record }),
      duplicate: false,
    };
  }

  /** Deletes everything before `seq`, or what the filter matches. @returns how many messages */
  purge({ seq, filter }: { readonly seq?: number; readonly filter?: string }): number {
    const gone = [...this.#messages.values()].filter(
      (message) =>
        (seq === undefined || message.seq < seq) && (filter === undefined || matches(filter, message.subject)),
    );
    if (seq !== undefined && filter === undefined && seq > this.lastSeq) this.lastSeq = seq - 1;
    for (const message of gone) this.#delete(message, filter !== undefined);
    this.#moveFirst();
    return gone.length;
  }

  /** Deletes what is older than the stream keeps. */
  expire(nowMs: number): void {
    const maxAgeMs = (this.config.max_age ?? 0) / 1e6;
    if (maxAgeMs === 0 || this.#messages.size === 0) return;
    for (const message of this.#messages.values()) {
      if (nowMs - message.timeMs < maxAgeMs) break;
      this.#delete(message, false);
    }
    this.#moveFirst();
  }

  #seen(id: string, nowMs: number): number | undefined {
    const windowMs = (this.config.duplicate_window ?? 120e9) / 1e6;
    for (const [known, { timeMs }] of this.#ids) {
      if (nowMs - timeMs < windowMs) break;
      this.#ids.delete(known);
    }
    return this.#ids.get(id)?.seq;
  }

  #unexpected({ subject, headers }: Publish): ApiError | undefined {
    const last = headers?.get('Nats-Expected-Last-Sequence');
    if (last && Number(last) !== this.lastSeq) return wrongSequence(this.lastSeq);
    const ofSubject = headers?.get('Nats-Expected-Last-Subject-Sequence');
    const newest = ofSubject ? (this.#lastOf.get(subject) ?? 0) : 0;
    return ofSubject && Number(ofSubject) !== newest ? wrongSequence(newest) : undefined;
  }

  #noRoom({ record, content }: { record: number; content: number }): ApiError | undefined {
    const { max_bytes: max = -1, discard } = this.config;
    if (max < 0) return undefined;
    if (discard === 'new' && this.bytes + (this.profile.overfillsByRecord ? content : record) > max) return storeIsFull;
    for (const oldest of this.#messages.values()) {
      if (this.bytes + record <= max) break;
      this.#delete(oldest, false);
    }
    this.#moveFirst();
    return undefined;
  }

  #store(message: StoredMessage): number {
    const replaced =
      this.config.max_msgs_per_subject === 1 ? this.#messages.get(this.#lastOf.get(message.subject) ?? 0) : undefined;
    this.lastSeq = message.seq;
    this.#messages.set(message.seq, message);
    this.#lastOf.set(message.subject, message.seq);
    this.bytes += message.bytes;
    this.history.push(message);
    if (replaced) this.#delete(replaced, false);
    this.#moveFirst();
    for (const watcher of this.watchers) watcher.onStored(message);
    return message.seq;
  }

  #delete(message: StoredMessage, bySubject: boolean): void {
    this.#messages.delete(message.seq);
    this.bytes -= message.bytes;
    if (this.#lastOf.get(message.subject) === message.seq) this.#lastOf.delete(message.subject);
    for (const watcher of this.watchers) watcher.onDeleted(message, bySubject);
  }

  /** Messages are kept in order of their sequences. */
  #moveFirst(): void {
    const oldest = this.#messages.keys().next();
    this.firstSeq = oldest.done ? this.lastSeq + 1 : oldest.value;
  }
}
