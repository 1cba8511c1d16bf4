/**
 * Finds the key of an event without parsing it, for the shape nearly every event has: one JSON object without escapes.
 *
 * Ingest needs nothing but the key, and `JSON.parse` of the whole event was its largest cost (test/bench/parts/key.bench.ts).
 * Whatever does not have that shape is left to the parser. A text that is not JSON at all may be given a key here; that only
 * chooses its partition, and validate refuses it there.
 */
import { isText } from '#contract/quick/scan-bytes';

const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const backslashByte = 0x5c;
const quoteByte = 0x22;
const colonByte = 0x3a;
const spaceByte = 0x20;

/** Gives the text of the string key of the event at `start` … `end`, or undefined when the parser must look. */
export type KeyFinder = (bytes: Buffer, start: number, end: number) => string | undefined;

/** @param steps names on the way to the key, from the outermost object; none: the key is known otherwise, and '' for any event of that shape spares its parsing */
export function keyFinder(steps: readonly string[]): KeyFinder {
  const names = steps.map((step) => Buffer.from(step));
  return (bytes, start, end) => keyIn(bytes, start, end, names);
}

function keyIn(bytes: Buffer, start: number, end: number, names: readonly Uint8Array[]): string | undefined {
  if (bytes[start] !== openBrace || bytes[end - 1] !== closeBrace) return undefined;
  const [last, lastStep] = [end - 1, names.length - 1];
  let [from, to] = [-1, -1];
  // Objects and arrays around us; how many of the steps lead here; and how many were seen: one that stands twice is left to the parser, which says which one counts.
  let [depth, level, seen] = [0, 0, 0];
  for (let at = start + 1; at < last; at++) {
    const byte = bytes[at];
    if (byte === openBrace || byte === openBracket) depth++;
    else if (byte === closeBrace || byte === closeBracket) {
      // Another object follows.
      if (depth-- === 0) return undefined;
      if (depth < level) level = depth;
    }
    if (byte !== quoteByte) continue;
    const close = closingQuote(bytes, at + 1, last);
    if (close < 0) return undefined;
    const name = depth === level ? names[level] : undefined;
    const value = name && isText(bytes, at + 1, close, name) ? valueAfter(bytes, close + 1) : noColon;
    at = close;
    // Another name, or a value with the same text.
    if (value === noColon) continue;
    if (level < seen || bytes[value] !== (level < lastStep ? openBrace : quoteByte)) return undefined;
    seen = level + 1;
    if (level < lastStep) {
      level++;
      // The brace comes next.
      at = value - 1;
      continue;
    }
    from = value + 1;
    to = closingQuote(bytes, from, last);
    if (to < 0) return undefined;
    at = to;
  }
  if (depth > 0) return undefined;
  return lastStep < 0 ? '' : from < 0 ? undefined : bytes.toString('utf8', from, to);
}

const noColon = -1;

/** Where the value behind a name begins. */
function valueAfter(bytes: Buffer, from: number): number {
  let at = from;
  while (isBlank(bytes[at])) at++;
  if (bytes[at] !== colonByte) return noColon;
  at++;
  while (isBlank(bytes[at])) at++;
  return at;
}

/** In a valid JSON text, what lies below a space here is a blank too. */
function isBlank(byte: number | undefined): boolean {
  return byte !== undefined && byte <= spaceByte;
}

/** The quote that ends a string without escapes, or -1. */
function closingQuote(bytes: Buffer, from: number, last: number): number {
  for (let at = from; at < last; at++) {
    const byte = bytes[at];
    if (byte === quoteByte) return at;
    if (byte === backslashByte) return -1;
  }
  return -1;
}
