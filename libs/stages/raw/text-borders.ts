/** Where JSON texts begin and end among others: brackets are counted, and what stands in strings is none. */

export interface Borders {
  readonly start: number;
  readonly end: number;
}

const quoteByte = 0x22;
const commaByte = 0x2c;
const openBracket = 0x5b;
const backslashByte = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const spaceByte = 0x20;

/**
 * The objects in bytes that hold nothing else from `start` to `end`, whatever blanks stand between them. `undefined` when there is
 * anything else, or when an object does not end. Whether each is JSON is not looked at.
 */
export function objectBorders(bytes: Uint8Array, start: number, end: number): Borders[] | undefined {
  const found: Borders[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === quoteByte) {
      at = depth > 0 ? closingQuote(bytes, at + 1, end) : end;
      if (at === end) return undefined;
    } else if (byte === openBrace || byte === openBracket) {
      if (depth++ > 0) continue;
      if (byte === openBracket) return undefined;
      from = at;
    } else if (byte === closeBrace || byte === closeBracket) {
      if (depth === 0) return undefined;
      if (--depth === 0) found.push({ start: from, end: at + 1 });
    } else if (depth === 0 && !isBlank(byte)) return undefined;
  }
  return depth === 0 ? found : undefined;
}

/** The elements of a valid JSON array. */
export function elementBorders(bytes: Uint8Array): Borders[] {
  const found: Borders[] = [];
  let depth = 0;
  let start = -1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quoteByte) at = closingQuote(bytes, at + 1, bytes.length);
    else if (byte === openBrace || byte === openBracket) {
      if (depth++ === 0) start = at + 1;
    } else if (byte === closeBrace || byte === closeBracket) {
      if (--depth === 0) found.push(withoutBlanks(bytes, start, at));
    } else if (byte === commaByte && depth === 1) {
      found.push(withoutBlanks(bytes, start, at));
      start = at + 1;
    }
  }
  return found;
}

export function withoutBlanks(bytes: Uint8Array, from: number, to: number): Borders {
  let [start, end] = [from, to];
  while (start < end && isBlank(bytes[start]!)) start++;
  while (end > start && isBlank(bytes[end - 1]!)) end--;
  return { start, end };
}

/** The quote that ends a string; `end` when none does. A control character ends no string, and no JSON string holds one. */
function closingQuote(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === quoteByte) return at;
    if (byte === backslashByte) at++;
    else if (byte < spaceByte) return end;
  }
  return end;
}

/** Space, tab, line feed, carriage return (RFC 8259 §2). */
function isBlank(byte: number): boolean {
  return byte === spaceByte || (byte >= 0x09 && byte <= 0x0d && byte !== 0x0b && byte !== 0x0c);
}
