/**
 * Splits one message into its events: JSON objects, one after the other on a line or on many (NDJSON), a JSON array of them, or a
 * text sequence (RFC 7464), where a record separator stands before each.
 *
 * The bytes of an event stay untouched. What cannot be split is one event, whole: validate says what is wrong with it.
 */
import { asObject, type EventObject, keyOf, parseObject } from '#contract/values/event-object';
import type { KeyFinder } from './event-key.js';
import { type Borders, elementBorders, objectBorders, withoutBlanks } from './text-borders.js';

export interface EventSlice extends Borders {
  /** Text of the event's key; undefined when it has none: validate will refuse the event. */
  readonly key: string | undefined;
}

/** How the key of an event is found. */
export interface KeySearch {
  /** Quickly, without parsing. */
  readonly find: KeyFinder;
  /** In a parsed event. @param text gives its JSON text */
  keyOf(object: EventObject, text: () => string): string | undefined;
}

/** A key in the event itself. @param steps names that lead to it */
export function keyInEvent(steps: readonly string[], find: KeyFinder): KeySearch {
  return { find, keyOf: (object, text) => keyOf(object, steps, text) };
}

const newlineByte = 0x0a;
const recordSeparator = 0x1e;
const openBracket = 0x5b;
const openBrace = 0x7b;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

export function splitEvents(bytes: Buffer, key: KeySearch): EventSlice[] {
  const found = bytes.includes(recordSeparator)
    ? separated(bytes, recordSeparator, (record) => texts(record, key))
    : texts(bytes, key);
  return found ?? [whole(bytes)];
}

function whole(bytes: Buffer): EventSlice {
  return { start: 0, end: bytes.length, key: undefined };
}

/** The events of a message or record; undefined when there is no object to be found. */
function texts(bytes: Buffer, key: KeySearch): EventSlice[] | undefined {
  const from = startsWith(bytes, byteOrderMark) ? byteOrderMark.length : 0;
  const { start } = withoutBlanks(bytes, from, bytes.length);
  if (bytes[start] === openBrace) return objects(bytes, from, key) ?? lines(bytes, key);
  return (bytes[start] === openBracket ? elements(bytes, from, key) : undefined) ?? lines(bytes, key);
}

/** NDJSON if any line has objects and nothing else; blank lines are no events. */
function lines(bytes: Buffer, key: KeySearch): EventSlice[] | undefined {
  return bytes.includes(newlineByte)
    ? separated(bytes, newlineByte, (line) =>
        objects(line, startsWith(line, byteOrderMark) ? byteOrderMark.length : 0, key),
      )
    : undefined;
}

/** What `split` finds in each part, and the parts in which it finds nothing; undefined when there is nothing in any. */
function separated(
  bytes: Buffer,
  separator: number,
  split: (part: Buffer) => EventSlice[] | undefined,
): EventSlice[] | undefined {
  const slices: EventSlice[] = [];
  let anyFound = false;
  for (let start = 0; start <= bytes.length; ) {
    const next = bytes.indexOf(separator, start);
    const end = next < 0 ? bytes.length : next;
    const part = bytes.subarray(start, end);
    const { start: first, end: last } = withoutBlanks(part, 0, part.length);
    const found = first < last ? split(part) : [];
    anyFound ||= found !== undefined && found.length > 0;
    for (const slice of found ?? [whole(part)])
      slices.push({ start: start + slice.start, end: start + slice.end, key: slice.key });
    start = end + 1;
  }
  return anyFound ? slices : undefined;
}

/** One object is taken with all that stands around it, several each by itself. Undefined when anything is none. */
function objects(bytes: Buffer, from: number, key: KeySearch): EventSlice[] | undefined {
  const borders = flatLines(bytes, from, key) ?? objectBorders(bytes, from, bytes.length);
  const [only, ...others] = borders ?? [];
  if (borders === undefined || only === undefined) return undefined;
  if (others.length > 0) return eachObject(bytes, borders, key);
  const object = parseObject(bytes.toString('utf8', from));
  return object && [{ start: 0, end: bytes.length, key: keyIn(bytes, only, object, key) }];
}

/** The lines, when each is an object of the shape that nearly every event has, found with its key in one walk. */
function flatLines(bytes: Buffer, from: number, { find }: KeySearch): EventSlice[] | undefined {
  const found: EventSlice[] = [];
  for (let start = from; start < bytes.length; ) {
    const newline = bytes.indexOf(newlineByte, start);
    const borders = withoutBlanks(bytes, start, newline < 0 ? bytes.length : newline);
    start = newline < 0 ? bytes.length : newline + 1;
    if (borders.start === borders.end) continue;
    const key = find(bytes, borders.start, borders.end);
    if (key === undefined) return undefined;
    found.push({ ...borders, key });
  }
  return found;
}

/**
 * What has balanced brackets need not be JSON. An object on one line is an event, whatever is wrong with it; one that goes over
 * lines must be JSON, or lines of others may be inside; and one of them must be JSON, or it is some other kind of text.
 */
function eachObject(
  bytes: Buffer,
  borders: readonly (Borders | EventSlice)[],
  key: KeySearch,
): EventSlice[] | undefined {
  let anyObject = false;
  const slices: EventSlice[] = [];
  for (const { start, end, ...known } of borders) {
    const found = 'key' in known ? known.key : key.find(bytes, start, end);
    const object: EventObject | undefined =
      found === undefined || !anyObject ? parseObject(bytes.toString('utf8', start, end)) : undefined;
    if (object === undefined && found === undefined && bytes.subarray(start, end).includes(newlineByte))
      return undefined;
    anyObject ||= object !== undefined;
    slices.push({ start, end, key: found ?? (object && keyIn(bytes, { start, end }, object, key)) });
  }
  return anyObject ? slices : undefined;
}

function elements(bytes: Buffer, from: number, key: KeySearch): EventSlice[] | undefined {
  const values = parseArray(bytes.toString('utf8', from));
  if (values === undefined || values.length === 0) return undefined;
  return elementBorders(bytes).map((borders, i) => {
    const object = asObject(values[i]);
    return { ...borders, key: object && keyIn(bytes, borders, object, key) };
  });
}

function parseArray(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function keyIn(bytes: Buffer, { start, end }: Borders, object: EventObject, key: KeySearch): string | undefined {
  return key.keyOf(object, () => bytes.toString('utf8', start, end));
}

function startsWith(bytes: Buffer, mark: Buffer): boolean {
  return bytes.length >= mark.length && mark.every((byte, i) => bytes[i] === byte);
}
