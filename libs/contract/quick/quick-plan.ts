/** Which properties a quick reader can read, by what their schemas say: all that is not known here is left to the exact reader. */
import { linearPattern } from '../patterns/linear-pattern.js';
import { Unrunnable } from '../patterns/pattern-to-re2.js';
import { asObject, type EventObject } from '../values/event-object.js';
import { typesOf } from '../writing/json-types.js';
import { QuickBool } from './booleans.js';
import { type NumberRange, QuickDecimal, QuickFloat, QuickInteger } from './numbers.js';
import type { QuickValue } from './quick-value.js';
import { QuickText } from './texts.js';
import { QuickDate, QuickTime } from './times.js';

/** Keywords that say nothing of values. */
const silent = ['title', 'description', '$comment', 'examples', 'default', 'deprecated', 'readOnly', 'writeOnly'];
const rootKeywords = [
  ...silent,
  '$schema',
  '$id',
  '$defs',
  'definitions',
  'type',
  'properties',
  'required',
  'additionalProperties',
];
/** Any double of at most so many digits stands for one decimal. */
const exactDigits = 15;
const stepsMax = 100;
/** Microseconds of a unit in which integers count. */
const epochUnits: Readonly<Record<string, number>> = { s: 1_000_000, ms: 1_000, us: 1 };

type Property = EventObject;

/** Whether the rest of a schema has nothing to say beside its properties, and what is required. */
export function isPlainRoot(root: EventObject): boolean {
  return hasOnly(root, rootKeywords) && typeof (root['additionalProperties'] ?? true) === 'boolean';
}

/** What reads a property; undefined: the exact reader does. */
export function quickValue(schema: unknown): QuickValue | undefined {
  const property = asObject(schema);
  if (property === undefined) return undefined;
  const types = (typesOf(property) ?? []).filter((type) => type !== 'null');
  if (property['format'] === 'decimal') return decimalValue(property, types);
  const [type, ...others] = types;
  if (type === undefined || others.length > 0) return undefined;
  return typeof type === 'string' ? readers[type]?.(property) : undefined;
}

const readers: Readonly<Record<string, (property: Property) => QuickValue | undefined>> = {
  string: stringValue,
  integer: integerValue,
  number: (property) => {
    const range = rangeOf(property);
    return range && hasOnly(property, [...silent, 'type', 'minimum', 'maximum']) ? new QuickFloat(range) : undefined;
  },
  boolean: (property) => (hasOnly(property, [...silent, 'type']) ? new QuickBool() : undefined),
};

function stringValue(property: Property): QuickValue | undefined {
  const { format, minLength = 0, maxLength = Infinity, enum: choices = [], pattern } = property;
  if (format !== undefined) {
    if (!hasOnly(property, [...silent, 'type', 'format'])) return undefined;
    return format === 'date-time' ? new QuickTime() : format === 'date' ? new QuickDate() : undefined;
  }
  const texts = Array.isArray(choices) ? (choices as unknown[]).filter((choice) => choice !== null) : [0];
  if (!hasOnly(property, [...silent, 'type', 'minLength', 'maxLength', 'enum', 'pattern'])) return undefined;
  if (!texts.every((text) => typeof text === 'string' && text.isWellFormed())) return undefined;
  const linear = typeof pattern === 'string' ? linearPattern(pattern) : undefined;
  // Of an event that a quick reader takes, patterns may not cost so much that the exact one would refuse it.
  if (linear instanceof Unrunnable || (linear?.steps ?? 0) > stepsMax) return undefined;
  return new QuickText({
    charactersMin: Number(minLength),
    charactersMax: Number(maxLength),
    choices: texts.map((text) => Buffer.from(text as string)),
    test: linear?.test,
  });
}

function integerValue(property: Property): QuickValue | undefined {
  const range = rangeOf(property);
  if (!range || !hasOnly(property, [...silent, 'type', 'minimum', 'maximum', 'x-unit'])) return undefined;
  if (!('x-unit' in property)) return new QuickInteger(range);
  const factor = epochUnits[String(property['x-unit'])];
  return factor === undefined ? undefined : new QuickInteger(range, factor);
}

function decimalValue(property: Property, types: readonly unknown[]): QuickValue | undefined {
  if (!hasOnly(property, [...silent, 'type', 'format', 'x-precision', 'x-scale'])) return undefined;
  const shape = { precision: Number(property['x-precision']), scale: Number(property['x-scale']) };
  const takesNumbers = types.includes('number');
  // Whether 1.0 is an integer, the exact reader knows.
  if (types.includes('integer') && !takesNumbers) return undefined;
  const any = types.length === 0;
  return any ? undefined : new QuickDecimal(shape, types.includes('string'), takesNumbers);
}

/** Undefined when a bound has more digits than a comparison of doubles can tell. */
function rangeOf({ minimum = -Infinity, maximum = Infinity }: Property): NumberRange | undefined {
  const [min, max] = [Number(minimum), Number(maximum)];
  return [min, max].every(isShort) ? { min, max } : undefined;
}

function isShort(value: number): boolean {
  return (
    !Number.isFinite(value) ||
    (/^-?\d+(\.\d+)?$/.test(String(value)) && String(value).replaceAll(/\D/g, '').length <= exactDigits)
  );
}

function hasOnly(schema: EventObject, keywords: readonly string[]): boolean {
  return Object.keys(schema).every((keyword) => keywords.includes(keyword));
}
