/** Keeps what the text of a JSON number says beyond its double: the texts stand beside the parsed value. */

interface Json {
  parse(
    text: string,
    reviver: (this: object, key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): object;
}

/** The parts of ECMAScript's "JSON.parse source text access" that the type library lacks. */
const json = JSON as unknown as Json;

/** A decimal of at most 15 significant digits comes back from a double unchanged; beyond that the text decides. */
const exactDigits = 15;

/** By the object or array that holds the numbers, and their name or index in it. Only for numbers whose text says more than their double. */
const texts = new WeakMap<object, Map<string, string>>();

/**
 * True when the bytes from `start` to `end` may hold a number of more than 15 significant digits: a run of 16 digits or points
 * where a number may stand. Every such run covers one of the places that lie 16 apart, so only those are looked at.
 */
export function mayHoldLongNumber(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += exactDigits + 1) {
    // A run of 16 reaches at least 8 places to one side: this spares most walks along shorter runs.
    if (!isDigitOrPoint(bytes[at]) || !(isDigitOrPoint(bytes[at - 8]) || isDigitOrPoint(bytes[at + 8]))) continue;
    if (longNumberAt(bytes, at, start)) return true;
  }
  return false;
}

/** True when a 0 may stand for a number too small for a double, such as 1e-400. */
export function mayUnderflow(text: string): boolean {
  return /\d[eE]-\d/.test(text);
}

/**
 * Parses JSON as `JSON.parse` does, and notes the text of every number that says more than its double (`textAt`).
 * @throws SyntaxError as `JSON.parse` does
 */
export function parseExactly(text: string): unknown {
  return json.parse(text, function (key, value, { source }) {
    if (typeof value === 'number' && source !== undefined && losesDigits(value, source)) note(this, key, source);
    return value;
  });
}

/** The text of the number that `holder` has under this name or index, when it says more than its double. */
export function textAt(holder: unknown, name: string | number): string | undefined {
  return typeof holder === 'object' && holder !== null ? texts.get(holder)?.get(String(name)) : undefined;
}

/** The number that a text of JSON's grammar is, to be put under this name of `holder`: its text is noted there, when it says more. */
export function numberWithText(text: string, holder: object, name: string | number): number {
  const value = Number(text);
  if (losesDigits(value, text)) note(holder, String(name), text);
  return value;
}

/** `copy`, with the texts of the numbers that it took over from `original`. */
export function withTextsOf<T extends object>(copy: T, ...originals: readonly object[]): T {
  for (const original of originals) {
    for (const [name, text] of texts.get(original) ?? [])
      if (Reflect.get(copy, name) === Reflect.get(original, name)) note(copy, name, text);
  }
  return copy;
}

/** JSON text of the value that `holder` has under `name`; numbers keep their digits when it was parsed exactly. */
export function exactJson(holder: object, name: string, value: unknown): string {
  const text = textAt(holder, name);
  if (text !== undefined) return text;
  return JSON.stringify(value, function (this: object, key: string, part: unknown) {
    const own = typeof part === 'number' ? textAt(this, key) : undefined;
    return own === undefined ? part : json.rawJSON(own);
  });
}

function note(holder: object, name: string, text: string): void {
  const noted = texts.get(holder);
  if (noted === undefined) texts.set(holder, new Map([[name, text]]));
  else noted.set(name, text);
}

function losesDigits(value: number, source: string): boolean {
  if (value === 0) return /^-?[0.]*[1-9]/.test(source);
  return source.length > exactDigits;
}

function longNumberAt(bytes: Uint8Array, at: number, start: number): boolean {
  let first = at;
  let last = at;
  while (first > start && isDigitOrPoint(bytes[first - 1])) first--;
  while (isDigitOrPoint(bytes[last + 1])) last++;
  return last - first + 1 > exactDigits && mayBeginNumber(bytes[first - 1]);
}

/** Blanks, `[`, `,`, `:`, signs and the e of an exponent. A run behind a quote or a letter is part of a string. */
function mayBeginNumber(before: number | undefined): boolean {
  return (
    before === undefined ||
    before <= 32 ||
    before === 91 ||
    before === 44 ||
    before === 58 ||
    before === 45 ||
    before === 43 ||
    before === 101 ||
    before === 69
  );
}

function isDigitOrPoint(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 48 && byte <= 57) || byte === 46);
}
