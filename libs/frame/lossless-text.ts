/**
 * Bytes as text from which they can be had again: UTF-8 where they are that.
 *
 * A byte that is no part of valid UTF-8 becomes the private character U+F700 + byte, as do the bytes of a character that looks like one of those.
 */
import { Buffer, isUtf8 } from 'node:buffer';

const escapeBase = 0xf700;
const escaped = /[\uF780-\uF7FF]/;

export function losslessText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) {
    const text = buffer.toString();
    if (!escaped.test(text)) return text;
  }
  let text = '';
  for (let at = 0, length = 1; at < buffer.length; at += length) {
    length = lengthOf(buffer[at]!);
    const character = buffer.subarray(at, at + length);
    const plain = character.length === length && isUtf8(character) ? character.toString() : undefined;
    if (plain === undefined || escaped.test(plain))
      [text, length] = [text + String.fromCharCode(escapeBase + buffer[at]!), 1];
    else text += plain;
  }
  return text;
}

/** Bytes of the character that begins with this one (RFC 3629, section 3). */
function lengthOf(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
