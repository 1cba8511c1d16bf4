/** Turns a value of an event, whose JSON type the schema has checked, into what its column stores. */
import { isRawNumber, mayUnderflow, parseExactly } from './exact-number.js';
import { asObject } from './event-object.js';
import { type DecimalFailure, type DecimalShape, type Units, unitsOfNumber, unitsOfSource, unitsOfText } from './parse-decimal.js';
import { parseDate, parseDateTime, secondsMax, secondsMin, type TimeFailure } from './parse-time.js';
import type { Reason } from './reason.js';

/**
 * A value ready for its column: text, JSON text, number, days, microseconds, decimal units, boolean.
 * Integers are numbers when safe, else bigints.
 */
export type Stored = string | number | bigint | boolean | null;

/** A value that its column cannot hold. */
export class Unstorable {
  constructor(
    readonly reason: Reason,
    readonly message: string,
  ) {}
}

/**
 * Converts the value of one property. `text` is the whole event, `name` the property: where a 0 may hide a
 * number too small for a double, they tell.
 */
export type Store = (value: unknown, text: string, name: string) => Stored | Unstorable;

const microsMin = BigInt(secondsMin) * 1_000_000n;
const microsEnd = BigInt(secondsMax + 1) * 1_000_000n;

export const floatRange = new Unstorable('number_out_of_range', 'must be a finite number');
const integerRange = new Unstorable('number_out_of_range', 'must be an integer within ±(2^53 - 1)');
const notInteger = new Unstorable('wrong_type', 'must be an integer');
const notNumber = new Unstorable('wrong_type', 'must be a number');
const notText = new Unstorable('wrong_type', 'must be a string');
const notBool = new Unstorable('wrong_type', 'must be a boolean');

const timeFailures: Record<TimeFailure, Unstorable> = {
  wrong_format: new Unstorable('wrong_format', 'must be an RFC 3339 date-time with an offset or Z, such as 2026-01-31T23:59:59.123Z'),
  time_out_of_range: new Unstorable('time_out_of_range', 'must lie within the years 0001 to 9999 in UTC'),
};
const dateFailures: Record<TimeFailure, Unstorable> = {
  wrong_format: new Unstorable('wrong_format', 'must be a calendar date such as 2026-01-31'),
  time_out_of_range: timeFailures.time_out_of_range,
};

export const storeText: Store = (value) => (typeof value === 'string' ? value : notText);

/** Stores text of a bounded length, counted in code points as JSON Schema does, but only where UTF-16 units leave it open. */
export function storeTextWithin(charsMin: number, charsMax: number): Store {
  const tooShort = new Unstorable('out_of_bounds', `must have at least ${charsMin} characters`);
  const tooLong = new Unstorable('out_of_bounds', `must have at most ${charsMax} characters`);
  return (value) => {
    if (typeof value !== 'string') return notText;
    const { length } = value;
    // A code point takes one or two UTF-16 units.
    if (length >= charsMin * 2 && length <= charsMax) return value;
    const chars = [...value.slice(0, (charsMax + 1) * 2)].length;
    if (chars < charsMin) return tooShort;
    return chars > charsMax ? tooLong : value;
  };
}

export const storeBool: Store = (value) => (typeof value === 'boolean' ? value : notBool);

export const storeFloat: Store = (value) => {
  const number = isRawNumber(value) ? Number(value.rawJSON) : value;
  if (typeof number !== 'number') return notNumber;
  return Number.isFinite(number) ? number : floatRange;
};

export const storeInteger: Store = (value, text, name) => {
  if (typeof value === 'number' && value !== 0) return Number.isSafeInteger(value) ? value : integerRange;
  const number = trusted(value, text, name);
  if (typeof number === 'number') return number;
  return number === undefined ? notInteger : integerOfSource(number);
};

export const storeDate: Store = (value) => {
  if (typeof value !== 'string') return notText;
  const days = parseDate(value);
  return typeof days === 'string' ? dateFailures[days] : days;
};

export const storeDateTime: Store = (value) => {
  if (typeof value !== 'string') return notText;
  const micros = parseDateTime(value);
  return typeof micros === 'string' ? timeFailures[micros] : micros;
};

/** Stores an integer that counts units of `microsPerUnit` since the epoch. */
export function storeEpoch(microsPerUnit: number): Store {
  return (value, text, name) => {
    const count = storeInteger(value, text, name);
    if (typeof count !== 'number') return count;
    const micros = count * microsPerUnit;
    if (Number.isSafeInteger(micros)) return micros;
    const exact = BigInt(count) * BigInt(microsPerUnit);
    return exact >= microsMin && exact < microsEnd ? exact : timeFailures.time_out_of_range;
  };
}

/** Stores a decimal from a string or a number, exactly or not at all. */
export function storeDecimal(shape: DecimalShape): Store {
  const failures = decimalFailures(shape);
  return (value, text, name) => {
    const number = typeof value === 'string' ? value : trusted(value, text, name);
    if (number === undefined) return failures.wrong_format;
    const units = unitsOf(value, number, shape);
    return typeof units === 'string' ? failures[units] : units;
  };
}

function unitsOf(value: unknown, number: number | string, shape: DecimalShape): Units | DecimalFailure {
  if (typeof number === 'number') return unitsOfNumber(number, shape);
  return typeof value === 'string' ? unitsOfText(number, shape) : unitsOfSource(number, shape);
}

function decimalFailures({ precision, scale }: DecimalShape): Record<DecimalFailure, Unstorable> {
  return {
    wrong_format: new Unstorable('wrong_format', 'must be a decimal such as "-12.50"'),
    decimal_scale: new Unstorable('decimal_scale', `must have at most ${scale} digits behind the point`),
    decimal_precision: new Unstorable('decimal_precision', `must have at most ${precision} digits, ${scale} of them behind the point`),
  };
}

/** A number whose double says all, or else its text in the event; `undefined` for what is no number. */
function trusted(value: unknown, text: string, name: string): number | string | undefined {
  if (isRawNumber(value)) return value.rawJSON;
  if (typeof value !== 'number') return undefined;
  if (value !== 0 || !mayUnderflow(text)) return value;
  const exact = asObject(parseExactly(text))?.[name];
  return isRawNumber(exact) ? exact.rawJSON : 0;
}

function integerOfSource(source: string): number | Unstorable {
  const units = unitsOfSource(source, { precision: 16, scale: 0 });
  if (typeof units === 'number') return units;
  return units === 'decimal_scale' ? notInteger : integerRange;
}
