/**
 * Finds the key of an event without parsing it, for the shape nearly every event has: one JSON object without escapes.
 *
 * Ingest needs nothing but the key, and `JSON.parse` of the whole event was its largest cost (test/bench/parts/key.bench.ts).
 * Whatever does not have that shape is left to the parser. A text that is not JSON at all may be given a key here; that only
 * chooses its partition, and validate refuses it there.
 */
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

/** @param field undefined: the key is known otherwise, and '' for any event of that shape spares its parsing */
export function keyFinder(field: string | undefined): KeyFinder {
  const name = field === undefined ? undefined : Buffer.from(field);
  return (bytes, start, end) => {
    if (bytes[start] !== openBrace || bytes[end - 1] !== closeBrace) return undefined;
    const last = end - 1;
    let [from, to] = [-1, -1];
    let depth = 0;
    for (let at = start + 1; at < last; at++) {
      const byte = bytes[at];
      if (byte === openBrace || byte === openBracket) depth++;
      // Another object follows.
      else if ((byte === closeBrace || byte === closeBracket) && depth-- === 0) return undefined;
      if (byte !== quoteByte) continue;
      const close = closingQuote(bytes, at + 1, last);
      if (close < 0) return undefined;
      if (depth === 0 && name && close - at - 1 === name.length && equals(bytes, at + 1, name)) {
        const value = valueAfter(bytes, close + 1);
        // Not a name but a value with the same text: go on. A name that stands twice: the parser says which one counts.
        if (value !== noColon) {
          if (from >= 0 || bytes[value] !== quoteByte) return undefined;
          from = value + 1;
          to = closingQuote(bytes, from, last);
          if (to < 0) return undefined;
          at = to;
          continue;
        }
      }
      at = close;
    }
    if (depth > 0) return undefined;
    if (!name) return '';
    return from < 0 ? undefined : bytes.toString('utf8', from, to);
  };
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

function equals(bytes: Buffer, at: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false;
  return true;
}
