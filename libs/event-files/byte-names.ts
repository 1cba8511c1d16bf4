/** Names of the bytes that say where a text begins and ends. */

export const newline = 0x0a;
export const quote = 0x22;
export const comma = 0x2c;
export const backslash = 0x5c;
export const openBracket = 0x5b;
export const closeBracket = 0x5d;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;
/** Begins each text of a text sequence (RFC 7464). */
export const recordSeparator = 0x1e;

/** Space, tab, carriage return: JSON's blanks (RFC 8259 §2) within a line. */
export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

/** A byte of the byte order mark, which may stand before all else. */
export function isOfMark(byte: number): boolean {
  return byte === 0xef || byte === 0xbb || byte === 0xbf;
}
