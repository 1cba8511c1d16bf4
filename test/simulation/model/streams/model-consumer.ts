/** A pull consumer without acks, as nats-server runs it: requests wait in line, messages go to the first of them. */
import { type MsgHdrs, headers as newHeaders } from '@nats-io/transport-node';
import type { Profile } from '../profile.js';
import type { Owner, Timeline } from '../timeline.js';
import type { StoredMessage, StoredStream, StreamWatcher } from './stored-stream.js';
import { matches } from './subjects.js';

export interface ConsumerSettings {
  readonly name: string;
  readonly startSeq: number;
  /** End of the stream, as the consumer's server knows it. */
  readonly endSeq: number;
  readonly filter: string | undefined;
  readonly headersOnly: boolean;
  readonly inactiveMs: number;
}

export interface PullRequest {
  readonly batch: number;
  readonly max_bytes?: number;
  /** Nanoseconds. */
  readonly expires: number;
  /** Nanoseconds. */
  readonly idle_heartbeat?: number;
}

/** What goes to the inbox of a request. */
export interface Delivered {
  /** Empty on a status. */
  readonly reply: string;
  readonly subject: string;
  readonly headers: MsgHdrs | undefined;
  readonly data: Uint8Array;
}

/** Where a request came from. @returns false when nobody listens there any more */
export type Send = (delivered: Delivered) => boolean;

interface Waiting {
  left: number;
  bytesLeft: number | undefined;
  readonly send: Send;
  readonly callOff: Array<() => void>;
}

const empty = new Uint8Array();
const deliveryBytes = 60;

export class ModelConsumer implements StreamWatcher {
  /** Next stream sequence to look at. */
  #next: number;
  #delivered = 0;
  #pending = 0;
  #sentMs = 0;
  #activeMs: number;
  readonly #waiting: Waiting[] = [];
  /** Nothing is delivered until then: its server is behind. */
  #stalledUntilMs = 0;

  constructor(
    private readonly stream: StoredStream,
    readonly settings: ConsumerSettings,
    private readonly profile: Profile,
    private readonly timeline: Timeline,
    readonly server: Owner,
  ) {
    const { startSeq, endSeq } = settings;
    this.#next = profile.clipsStart ? Math.min(startSeq, endSeq + 1) : startSeq;
    this.#activeMs = timeline.nowMs;
    for (let seq = Math.max(this.#next, stream.firstSeq); seq <= stream.lastSeq; seq++)
      if (this.#wants(stream.at(seq))) this.#pending++;
  }

  /** Nobody has asked for long. */
  get forgotten(): boolean {
    return this.#waiting.length === 0 && this.timeline.nowMs - this.#activeMs > this.settings.inactiveMs;
  }

  onStored(message: StoredMessage): void {
    if (!this.#wants(message)) return;
    this.#pending++;
    this.deliver();
  }

  onDeleted(message: StoredMessage, bySubject: boolean): void {
    if (message.seq >= this.#next && !this.profile.countsDeletedAsPending && this.#wants(message)) this.#pending--;
    if (bySubject && this.profile.purgeSkipsWaiting) this.#next = Math.max(this.#next, this.stream.lastSeq + 1);
  }

  stall(ms: number): void {
    this.#stalledUntilMs = this.timeline.nowMs + ms;
    this.timeline.after(ms, this.server, () => this.deliver());
  }

  pull(request: PullRequest, send: Send): void {
    this.#activeMs = this.timeline.nowMs;
    const waiting: Waiting = { left: request.batch, bytesLeft: request.max_bytes, send, callOff: [] };
    this.#waiting.push(waiting);
    waiting.callOff.push(this.timeline.after(request.expires / 1e6, this.server, () => this.#expire(waiting)));
    if (request.idle_heartbeat) this.#beat(waiting, request.idle_heartbeat / 1e6);
    this.deliver();
  }

  /** Ends all requests, e.g. `409 Consumer Deleted`; without a status they just end. */
  close(code?: number, description?: string): void {
    for (const waiting of [...this.#waiting]) {
      this.#end(waiting);
      if (code !== undefined) waiting.send(status(code, description ?? ''));
    }
  }

  deliver(): void {
    while (this.timeline.nowMs >= this.#stalledUntilMs && this.#waiting.length > 0) {
      const message = this.#nextWanted();
      if (!message) return;
      const request = this.#waiting[0]!;
      const size = message.bytes + deliveryBytes;
      if (request.bytesLeft !== undefined && size > request.bytesLeft) {
        this.#end(request);
        request.send(status(409, 'Message Size Exceeds MaxBytes', this.#left(request)));
        continue;
      }
      this.#send(request, message, size);
    }
  }

  #send(request: Waiting, message: StoredMessage, size: number): void {
    const pending = this.#pending - 1;
    const reply = `$JS.ACK.${this.stream.config.name}.${this.settings.name}.1.${message.seq}.${this.#delivered + 1}.${Math.floor(message.timeMs * 1000)}000.${pending}`;
    const { subject, headers, data } = message;
    const payload = this.settings.headersOnly
      ? { headers: withSize(headers, data.byteLength), data: empty }
      : { headers, data };
    if (!request.send({ reply, subject, ...payload })) return this.#end(request);
    this.#next = message.seq + 1;
    this.#delivered++;
    this.#pending = pending;
    this.#sentMs = this.timeline.nowMs;
    request.left -= 1;
    if (request.bytesLeft !== undefined) request.bytesLeft -= size;
    if (request.left === 0) this.#end(request);
  }

  #nextWanted(): StoredMessage | undefined {
    const { lastSeq, firstSeq } = this.stream;
    for (let seq = Math.max(this.#next, firstSeq); seq <= lastSeq; seq++) {
      const message = this.stream.at(seq);
      if (message && this.#wants(message)) return message;
      this.#next = seq + 1;
    }
    return undefined;
  }

  #wants(message: StoredMessage | undefined): boolean {
    const { filter } = this.settings;
    return message !== undefined && (filter === undefined || matches(filter, message.subject));
  }

  #expire(waiting: Waiting): void {
    this.#end(waiting);
    waiting.send(status(408, 'Request Timeout', this.#left(waiting)));
  }

  #beat(waiting: Waiting, everyMs: number): void {
    const beat = (): void => {
      const quiet = this.timeline.nowMs - this.#sentMs >= everyMs * 0.99;
      const heard =
        !quiet ||
        waiting.send(
          status(100, 'Idle Heartbeat', [
            ['Nats-Last-Consumer', this.#delivered],
            ['Nats-Last-Stream', this.#next - 1],
          ]),
        );
      if (heard) waiting.callOff[1] = this.timeline.after(everyMs, this.server, beat);
      else this.#end(waiting);
    };
    waiting.callOff[1] = this.timeline.after(everyMs, this.server, beat);
  }

  #left({ left, bytesLeft }: Waiting): [string, number][] {
    return [
      ['Nats-Pending-Messages', left],
      ['Nats-Pending-Bytes', bytesLeft ?? 0],
    ];
  }

  #end(waiting: Waiting): void {
    this.#activeMs = this.timeline.nowMs;
    for (const callOff of waiting.callOff) callOff();
    const at = this.#waiting.indexOf(waiting);
    if (at >= 0) this.#waiting.splice(at, 1);
  }
}

export function status(
  code: number,
  description: string,
  more: ReadonlyArray<readonly [string, number]> = [],
): Delivered {
  const headers = newHeaders(code, description);
  for (const [name, value] of more) headers.set(name, String(value));
  return { reply: '', subject: '', headers, data: empty };
}

function withSize(headers: MsgHdrs | undefined, size: number): MsgHdrs {
  const copy = newHeaders();
  for (const [name, values] of headers ?? []) for (const value of values) copy.append(name, value);
  copy.set('Nats-Msg-Size', String(size));
  return copy;
}
