/**
 * One header of a message, without decoding all of them; names are compared without regard to case, as HTTP libraries that producers use may change it.
 *
 * The raw bytes are no public interface of the client: where they are not where this version keeps them, the public way is taken.
 */
import type { Msg } from '@nats-io/transport-node';

export type { Msg };

interface RawMessage {
  /** `hdr`: length of the block of headers; below 1 when there are none. */
  readonly _msg?: { readonly hdr?: number };
  readonly _rdata?: Uint8Array;
}

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;
/** Turns an ASCII capital into its small letter. */
const CASE_BIT = 0x20;

/** `NATS/1.0`, a line break, and the empty line behind the last header. */
const FRAME_BYTES = 12;

/** @param name in small letters; letters only @param valueBytesMin a shorter value is of no use @returns its value without blanks around it */
export function headerOf(message: Msg, name: string, valueBytesMin = 0): string | undefined {
  const { _msg: frame, _rdata: data } = message as unknown as RawMessage;
  if (typeof frame?.hdr !== 'number' || !data) return message.headers?.keys().flatMap((key) => (key.toLowerCase() === name ? message.headers!.values(key) : []))[0]?.trim();
  if (frame.hdr < FRAME_BYTES + name.length + valueBytesMin) return undefined;
  const last = frame.hdr - name.length - 1;
  for (let at = 0; at < last; at++) {
    if (data[at] !== LF || !isName(data, at + 1, name)) continue;
    let end = at + name.length + 2;
    while (end < frame.hdr && data[end] !== CR) end++;
    return Buffer.from(data.buffer, data.byteOffset + at + name.length + 2, end - at - name.length - 2).toString().trim();
  }
  return undefined;
}

function isName(data: Uint8Array, start: number, name: string): boolean {
  if (data[start + name.length] !== COLON) return false;
  for (let i = 0; i < name.length; i++) if ((data[start + i]! | CASE_BIT) !== name.charCodeAt(i)) return false;
  return true;
}
