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
 * True when the text may hold a number of more than 15 significant digits: it has a run of 16 digits or points.
 * Every such run covers a place that is a multiple of 16, so only those are looked at.
 */
export function mayHoldLongNumber(text: string): boolean {
  for (let at = 0; at < text.length; at += exactDigits + 1) {
    if (isDigitOrPoint(text.charCodeAt(at)) && runAt(text, at) > exactDigits) return true;
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

function runAt(text: string, at: number): number {
  let start = at;
  let end = at;
  while (start > 0 && isDigitOrPoint(text.charCodeAt(start - 1))) start--;
  while (end < text.length && isDigitOrPoint(text.charCodeAt(end))) end++;
  return end - start;
}

function isDigitOrPoint(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 46;
}
