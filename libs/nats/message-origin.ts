/**
 * Subject and idempotency key of a front message, without decoding all its headers.
 *
 * The client decodes a subject for each message and all headers into a map: a sixth of ingest's CPU in a profile (--cpu-prof). Here a subject that
 * repeats is decoded once, and only `Nats-Msg-Id` is looked for. The raw bytes are no public interface of the client, so
 * whenever they are not where this version keeps them, the public way is taken.
 */
import type { Msg } from '@nats-io/transport-node';

interface RawMessage {
  readonly _msg?: { readonly subject?: Uint8Array; readonly hdr?: number };
  readonly _rdata?: Uint8Array;
}

export interface MessageOrigin {
  readonly subject: string;
  /** `Nats-Msg-Id`; undefined when the producer gave none. */
  readonly msgId: string | undefined;
}

const MSG_ID = Buffer.from('\r\nNats-Msg-Id:');
const CR = 0x0d;
const SPACE = 0x20;

export class OriginReader {
  #subjectBytes = new Uint8Array();
  #subject = '';

  read(message: Msg): MessageOrigin {
    const { _msg: frame, _rdata: data } = message as unknown as RawMessage;
    if (!frame?.subject || typeof frame.hdr !== 'number' || !data) return { subject: message.subject, msgId: message.headers?.get('Nats-Msg-Id') || undefined };
    return { subject: this.#subjectOf(frame.subject), msgId: frame.hdr > 0 ? messageId(data, frame.hdr, message) : undefined };
  }

  #subjectOf(bytes: Uint8Array): string {
    if (!equal(bytes, this.#subjectBytes)) {
      this.#subjectBytes = bytes.slice();
      this.#subject = Buffer.from(bytes).toString();
    }
    return this.#subject;
  }
}

/** The value of the header in the block of `length` bytes; anything unusual is left to the client. */
function messageId(data: Uint8Array, length: number, message: Msg): string | undefined {
  const at = find(data, length);
  if (at < 0) return message.headers?.get('Nats-Msg-Id') || undefined;
  let start = at + MSG_ID.length;
  while (data[start] === SPACE) start++;
  let id = '';
  for (let i = start; i < length && data[i] !== CR; i++) {
    const byte = data[i]!;
    if (byte >= 0x80) return message.headers?.get('Nats-Msg-Id') || undefined;
    id += String.fromCharCode(byte);
  }
  return id.trimEnd() || undefined;
}

function find(data: Uint8Array, length: number): number {
  const last = length - MSG_ID.length;
  next: for (let at = 0; at <= last; at++) {
    if (data[at] !== CR) continue;
    for (let i = 1; i < MSG_ID.length; i++) if (data[at + i] !== MSG_ID[i]) continue next;
    return at;
  }
  return -1;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
