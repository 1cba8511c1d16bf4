/** What ingest needs of an event before any contract: the object and its key. */

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
 */
export function keyOf(event: EventObject, field: string): string | undefined {
  const value = Object.hasOwn(event, field) ? event[field] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
