/** Keeps JSON numbers that a double cannot hold: their source text stands in for them. */

/** A number as the event writes it: what `JSON.rawJSON` makes, which `JSON.stringify` writes back unchanged. */
export interface RawNumber {
  readonly rawJSON: string;
}

interface Json {
  parse(text: string, reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown;
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
}

/** The parts of ECMAScript's "JSON.parse source text access" that the type library lacks. */
const json = JSON as unknown as Json;

/** A decimal of at most 15 significant digits comes back from a double unchanged; beyond that the text decides. */
const exactDigits = 15;

/**
 * True when the bytes from `start` to `end` may hold a number of more than 15 significant digits: a run of 16 digits or points.
 * Every such run covers one of the places that lie 16 apart, so only those are looked at.
 */
export function mayHoldLongNumber(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += exactDigits + 1) {
    // A run of 16 reaches at least 8 places to one side: this spares most walks along shorter runs.
    if (!isDigitOrPoint(bytes[at]) || !(isDigitOrPoint(bytes[at - 8]) || isDigitOrPoint(bytes[at + 8]))) continue;
    if (runAt(bytes, at) > exactDigits) return true;
  }
  return false;
}

/** True when a 0 may stand for a number too small for a double, such as 1e-400. */
export function mayUnderflow(text: string): boolean {
  return /\d[eE]-\d/.test(text);
}

/**
 * Parses JSON, with a `RawNumber` for every number whose text says more than its double.
 * @throws SyntaxError as `JSON.parse` does
 */
export function parseExactly(text: string): unknown {
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && losesDigits(value, source) ? json.rawJSON(source) : value,
  );
}

export function isRawNumber(value: unknown): value is RawNumber {
  return json.isRawJSON(value);
}

function losesDigits(value: number, source: string): boolean {
  if (value === 0) return /^-?[0.]*[1-9]/.test(source);
  return source.length > exactDigits;
}

function runAt(bytes: Uint8Array, at: number): number {
  let first = at;
  let last = at;
  while (isDigitOrPoint(bytes[first - 1])) first--;
  while (isDigitOrPoint(bytes[last + 1])) last++;
  return last - first + 1;
}

function isDigitOrPoint(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 48 && byte <= 57) || byte === 46);
}
