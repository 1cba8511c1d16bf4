/** The event of a probe: the given one with an id and a time of its own, so that it can be sent again and again. */
import { writeTime } from '#contract/writing/write-time';

export interface ProbeFields {
  /** Names that lead to the event id, and to the event time; undefined: the event has none. */
  readonly id: readonly string[] | undefined;
  readonly time: readonly string[] | undefined;
}

const millisPerUnit: Readonly<Record<string, number>> = { s: 1_000, ms: 1, us: 0.001, ns: 0.000_001 };
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
  const { id, time } = fields;
  const known = id ? withMember(given, id, newId(memberAt(given, id), propertyAt(schema, id), nowMs, unique)) : given;
  return time ? withMember(known, time, newTime(propertyAt(schema, time), nowMs)) : known;
}

/** What stands at the end of these names; undefined where there is nothing. */
export function memberAt(value: unknown, names: readonly string[]): unknown {
  return names.reduce((at: unknown, name) => membersOf(at)[name], value);
}

function withMember(value: unknown, [name, ...rest]: readonly string[], member: unknown): Members {
  const members = membersOf(value);
  if (name === undefined) return members;
  return { ...members, [name]: rest.length === 0 ? member : withMember(members[name], rest, member) };
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function newId(given: unknown, property: Property, nowMs: number, unique: string): unknown {
  if (property.type === 'integer' || property['x-type'] === 'integer') {
    const id = nowMs * idsPerMillisecond + (Number.parseInt(unique, 16) % idsPerMillisecond || 0);
    return property.type === 'integer' ? id : String(id);
  }
  return `${typeof given === 'string' && given !== '' ? given : 'probe'}-${unique}`;
}

/** As the contract says that times are written. */
function newTime(property: Property, nowMs: number): unknown {
  const { type, 'x-format': pattern, 'x-timezone': zone = 'UTC', 'x-unit': unit } = property;
  const millis = millisPerUnit[String(unit)];
  if (millis !== undefined) {
    const count = Math.floor(nowMs / millis);
    return type === 'string' ? BigInt(count).toString() : count;
  }
  const written = typeof pattern === 'string' ? writeTime(pattern, String(zone), nowMs) : undefined;
  return written ?? new Date(nowMs).toISOString();
}

interface Property {
  readonly type?: unknown;
  readonly 'x-type'?: unknown;
  readonly 'x-unit'?: unknown;
  readonly 'x-format'?: unknown;
  readonly 'x-timezone'?: unknown;
}

/** Of a property without a reference to a definition. */
function propertyAt(schema: unknown, names: readonly string[]): Property {
  return membersOf(
    memberAt(
      schema,
      names.flatMap((name) => ['properties', name]),
    ),
  );
}
