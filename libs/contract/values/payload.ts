/** What is looked at before the text of a payload is parsed, and the object in it. */
import { type Buffer, isUtf8 } from 'node:buffer';
import { asObject, type EventObject } from './event-object.js';
import { nestingMax, nestsTooDeeply } from './nesting.js';
import { type Rejected, rejected } from './rejection.js';

export const notUtf8 = rejected('invalid_utf8', '', 'the payload is not UTF-8');
export const tooDeep = rejected('too_deep', '', `must not be nested deeper than ${nestingMax} levels`);
export const notAnObject = rejected('not_an_object', '', 'the event must be a JSON object');

/** Where the text begins. RFC 8259 §8.1: a parser may ignore a byte order mark. */
export function textStart(bytes: Buffer, start: number): number {
  const hasMark = bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
  return hasMark ? start + 3 : start;
}

/** What a payload holds. */
export interface ReadObject {
  readonly ok: true;
  readonly object: EventObject;
}

/** V8 quotes the text in its message, so only the place is taken from there. */
const place = /at position (\d+)/;

/** Why the text from `start` to `end` is no JSON, by what a parser threw at it. What has another cause is thrown on. */
export function unparsed(bytes: Buffer, start: number, end: number, error: unknown): Rejected {
  if (error instanceof RangeError) return tooDeep;
  if (!(error instanceof SyntaxError)) throw error;
  const slice = bytes.subarray(start, end);
  // A character cut in two by the borders of the payload is UTF-8 in the whole buffer only. No JSON begins or ends with half a character.
  return isUtf8(slice)
    ? rejected('malformed_json', '', `the payload is not JSON: ${mistake(slice.toString(), error.message)}`)
    : notUtf8;
}

/** The JSON object that stands in `bytes` from `start`, no byte order mark, to `end`; its numbers as doubles. Nothing is thrown. */
export function objectIn(bytes: Buffer, start: number, end: number, knownUtf8: boolean): ReadObject | Rejected {
  if (!knownUtf8 && !isUtf8(bytes.subarray(start, end))) return notUtf8;
  const text = bytes.toString('utf8', start, end);
  if (nestsTooDeeply(text)) return tooDeep;
  try {
    const object = asObject(JSON.parse(text));
    return object ? { ok: true, object } : notAnObject;
  } catch (error) {
    return unparsed(bytes, start, end, error);
  }
}

/** Says what is wrong with a text without quoting it. */
function mistake(text: string, message: string): string {
  if (/^\s*$/.test(text)) return 'it is blank';
  if (message.includes('end of JSON input') || message.includes('Unterminated')) return 'it ends too early';
  const position = place.exec(message)?.[1];
  return position === undefined ? 'it has a syntax error' : `it has a syntax error at character ${position}`;
}
