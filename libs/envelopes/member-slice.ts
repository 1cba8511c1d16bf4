/** Where a member stands in the bytes of a JSON text. */
import type { Buffer } from 'node:buffer';

export interface Slice {
  readonly start: number;
  readonly end: number;
}

const quoteByte = 0x22;
const commaByte = 0x2c;
const colonByte = 0x3a;
const backslashByte = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const spaceByte = 0x20;

/**
 * The value at the end of these names, each a member of the object before; of several of one name the last counts, as for `JSON.parse`. Undefined where
 * there is none.
 * @param start of a valid JSON text, which ends at `end`; blanks may stand around it
 */
export function sliceAt(bytes: Buffer, start: number, end: number, path: readonly string[]): Slice | undefined {
  let slice: Slice | undefined = { start: pastBlanks(bytes, start), end };
  for (const name of path) {
    slice = bytes[slice.start] === openBrace ? memberSlice(bytes, slice, name) : undefined;
    if (slice === undefined) return undefined;
  }
  return slice;
}

/** The JSON text at the end of a path that is there. */
export function textAt(bytes: Buffer, start: number, end: number, path: readonly string[]): string {
  const slice = sliceAt(bytes, start, end, path);
  return slice === undefined ? '' : bytes.toString('utf8', slice.start, slice.end);
}

function memberSlice(bytes: Buffer, { start, end }: Slice, name: string): Slice | undefined {
  let found: Slice | undefined;
  for (let at = pastBlanks(bytes, start + 1); at < end && bytes[at] === quoteByte; ) {
    const nameEnd = pastText(bytes, at);
    const isNamed = isName(bytes, at, nameEnd, name);
    const valueStart = pastBlanks(bytes, pastBlanks(bytes, nameEnd) + 1);
    const valueEnd = pastValue(bytes, valueStart);
    if (isNamed) found = { start: valueStart, end: valueEnd };
    at = pastBlanks(bytes, valueEnd);
    if (bytes[at] !== commaByte) break;
    at = pastBlanks(bytes, at + 1);
  }
  return found;
}

/** A text with escapes is longer than what it says. */
function isName(bytes: Buffer, start: number, end: number, name: string): boolean {
  const text = bytes.toString('utf8', start + 1, end - 1);
  if (text === name) return true;
  return text.includes('\\') && JSON.parse(`"${text}"`) === name;
}

/** Behind the text that begins with the quote at `start`. */
function pastText(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quoteByte) at += bytes[at] === backslashByte ? 2 : 1;
  return at + 1;
}

function pastValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === quoteByte) return pastText(bytes, start);
  if (first !== openBrace && first !== openBracket) return pastWord(bytes, start);
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quoteByte) at = pastText(bytes, at) - 1;
    else if (byte === openBrace || byte === openBracket) depth++;
    else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) return at + 1;
  }
  return bytes.length;
}

/** Behind a number, true, false or null. */
function pastWord(bytes: Buffer, start: number): number {
  let at = start;
  for (let byte = bytes[at]; byte !== undefined; byte = bytes[++at]) {
    const ends = byte === commaByte || byte === closeBrace || byte === closeBracket || byte === colonByte;
    if (ends || byte <= spaceByte) break;
  }
  return at;
}

function pastBlanks(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at]! <= spaceByte) at++;
  return at;
}
