/**
 * Splits one message into its events: one JSON object, a JSON array of them, or NDJSON (one object a line).
 *
 * The bytes of an event stay untouched. What cannot be split is one event, whole: validate says what is wrong with it.
 */
import { asObject, keyOf, parseObject } from '#contract/event-object';

export interface EventSlice {
  readonly start: number;
  readonly end: number;
  /** Text of the event's key; undefined when it has none: validate will refuse the event. */
  readonly key: string | undefined;
}

const NEWLINE = 0x0a;
const OPEN_BRACE = 0x7b;

export function splitEvents(bytes: Buffer, keyField: string): EventSlice[] {
  const value = parse(bytes);
  const object = value === undefined ? undefined : asObject(value);
  if (object) return [{ start: 0, end: bytes.length, key: keyOf(object, keyField) }];
  if (Array.isArray(value) && value.length > 0) return arrayElements(bytes, value, keyField);
  return value === undefined ? lines(bytes, keyField) : [whole(bytes)];
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function whole(bytes: Buffer): EventSlice {
  return { start: 0, end: bytes.length, key: undefined };
}

/** NDJSON if any line is an object by itself; blank lines are no events. */
function lines(bytes: Buffer, keyField: string): EventSlice[] {
  if (bytes.indexOf(NEWLINE) < 0) return [whole(bytes)];
  const slices: EventSlice[] = [];
  let anyObject = false;
  for (let start = 0; start <= bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const text = bytes.toString('utf8', start, end).trim();
    if (text !== '') {
      const object = text.startsWith('{') ? parseObject(text) : undefined;
      anyObject ||= object !== undefined;
      slices.push({ start, end, key: object && keyOf(object, keyField) });
    }
    start = end + 1;
  }
  return anyObject ? slices : [whole(bytes)];
}

/** Borders of the elements of a valid JSON array, found by counting brackets outside strings. */
function arrayElements(bytes: Buffer, values: readonly unknown[], keyField: string): EventSlice[] {
  const slices: EventSlice[] = [];
  let depth = 0;
  let start = -1;
  let inString = false;
  const close = (end: number): void => {
    const object = asObject(values[slices.length]);
    slices.push({ ...trimmed(bytes, start, end), key: object && keyOf(object, keyField) });
  };
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inString = false;
      continue;
    }
    switch (byte) {
      case 0x22:
        inString = true;
        break;
      case 0x5b:
      case OPEN_BRACE:
        if (depth++ === 0) start = at + 1;
        break;
      case 0x5d:
      case 0x7d:
        if (--depth === 0) close(at);
        break;
      case 0x2c:
        if (depth === 1) {
          close(at);
          start = at + 1;
        }
    }
  }
  return slices;
}

function trimmed(bytes: Buffer, start: number, end: number): { start: number; end: number } {
  while (start < end && bytes[start]! <= 0x20) start++;
  while (end > start && bytes[end - 1]! <= 0x20) end--;
  return { start, end };
}
