/** The event of a probe: the given one with an id and a time of its own, so that it can be sent again and again. */

export interface ProbeFields {
  /** Field of the event id, and the field of the event time. */
  readonly id: string;
  readonly time: string;
}

const millisPerUnit: Readonly<Record<string, number>> = { s: 1_000, ms: 1, us: 0.001 };
/** Ids that are numbers: far below 2^53, and new ones are larger. */
const idsPerMillisecond = 1_000;

/**
 * @param given the event as the user wrote it
 * @param schema the contract: a JSON Schema
 * @param nowMs epoch ms
 * @param unique 8 characters or so that no other probe has
 */
export function probeEvent(
  given: Readonly<Record<string, unknown>>,
  schema: unknown,
  fields: ProbeFields,
  nowMs: number,
  unique: string,
): Readonly<Record<string, unknown>> {
  return {
    ...given,
    [fields.id]: newId(given[fields.id], property(schema, fields.id), nowMs, unique),
    [fields.time]: newTime(property(schema, fields.time), nowMs),
  };
}

function newId(given: unknown, { type }: Property, nowMs: number, unique: string): unknown {
  if (type === 'integer') return nowMs * idsPerMillisecond + (Number.parseInt(unique, 16) % idsPerMillisecond || 0);
  return `${typeof given === 'string' && given !== '' ? given : 'probe'}-${unique}`;
}

function newTime({ type, 'x-unit': unit }: Property, nowMs: number): unknown {
  const millis = type === 'integer' ? millisPerUnit[String(unit)] : undefined;
  return millis === undefined ? new Date(nowMs).toISOString() : Math.floor(nowMs / millis);
}

interface Property {
  readonly type?: unknown;
  readonly 'x-unit'?: unknown;
}

function property(schema: unknown, name: string): Property {
  const { properties } = schema as { properties?: Readonly<Record<string, Property>> };
  return properties?.[name] ?? {};
}
