/** What ingest needs of an event before any contract: the object and its key. */
import { parseExactly, textAt } from './exact-number.js';
import { int64Of } from './parse-decimal.js';

/** A JSON object. Of duplicate names the last one counts, as ECMAScript defines and RFC 8259 §4 allows. */
export type EventObject = Readonly<Record<string, unknown>>;

/** The object a text holds, `undefined` when it holds anything else. */
export function parseObject(text: string): EventObject | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The value when it is an object and no array. */
export function asObject(value: unknown): EventObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as EventObject) : undefined;
}

/**
 * The text of an event's key, which decides its partition: a string as it is, a number in its shortest form (1, 1.0 and 1e0 are '1').
 * `undefined` when the field is absent or of another type.
 * @param steps names that lead to the field, mostly one
 * @param text gives the JSON text of the event: beyond 2^53 it tells the number
 */
export function keyOf(event: EventObject, steps: readonly string[], text: () => string): string | undefined {
  const name = steps.at(-1);
  const value = name === undefined ? undefined : memberAt(holderAt(event, steps), name);
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return undefined;
  return String(Number.isSafeInteger(value) ? value : (integerIn(text(), steps) ?? value));
}

function integerIn(text: string, steps: readonly string[]): number | bigint | undefined {
  const digits = textAt(holderAt(asObject(parseExactly(text)), steps), steps.at(-1)!);
  return digits === undefined ? undefined : int64Of(digits);
}

/** The object in which the last of these names stands. */
function holderAt(event: EventObject | undefined, steps: readonly string[]): EventObject | undefined {
  return steps.slice(0, -1).reduce((object, name) => asObject(memberAt(object, name)), event);
}

function memberAt(object: EventObject | undefined, name: string): unknown {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}
