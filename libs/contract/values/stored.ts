/** Turns a value of an event, whose JSON type the schema has checked, into what its column stores. */
import {
  type DecimalFailure,
  type DecimalShape,
  int64Of,
  type Units,
  unitsOfNumber,
  unitsOfSource,
  unitsOfText,
} from './parse-decimal.js';
import { parseDate, parseDateTime, secondsMax, secondsMin, type TimeFailure } from './parse-time.js';
import type { ReadEvent } from './read-event.js';
import type { Reason } from './reason.js';

/**
 * A value ready for its column: text, JSON text, number, days, microseconds, decimal units, boolean; of an object the values of its
 * fields, of an array its items. Integers are numbers when safe, else bigints.
 */
export type Stored = string | number | bigint | boolean | null | readonly Stored[];

/** A value that its column cannot hold. */
export class Unstorable {
  constructor(
    readonly reason: Reason,
    readonly message: string,
    /** JSON pointer from the value that the column stores to the one that it cannot. */
    readonly pointer = '',
  ) {}
}

/**
 * Converts the value that `holder`, the event or an object or array in it, has under `name`; the event tells the text of a number where its
 * double does not say all.
 */
export type Store = (value: unknown, name: string | number, holder: object, event: ReadEvent) => Stored | Unstorable;

const anyInteger: DecimalShape = { precision: 19, scale: 0 };
const microsMin = BigInt(secondsMin) * 1_000_000n;
const microsEnd = BigInt(secondsMax + 1) * 1_000_000n;

export const floatRange = new Unstorable('number_out_of_range', 'must be a finite number');
const integerRange = new Unstorable('number_out_of_range', 'must be an integer from -2^63 to 2^63 - 1');
const notInteger = new Unstorable('wrong_type', 'must be an integer');
const notNumber = new Unstorable('wrong_type', 'must be a number');
const notText = new Unstorable('wrong_type', 'must be a string');
const unpaired = new Unstorable('invalid_utf8', 'holds an unpaired surrogate, which UTF-8 cannot encode');
const notBool = new Unstorable('wrong_type', 'must be a boolean');

const timeFailures: Record<TimeFailure, Unstorable> = {
  wrong_format: new Unstorable(
    'wrong_format',
    'must be an RFC 3339 date-time with an offset or Z, such as 2026-01-31T23:59:59.123Z',
  ),
  time_out_of_range: new Unstorable('time_out_of_range', 'must lie within the years 0001 to 9999 in UTC'),
};
const dateFailures: Record<TimeFailure, Unstorable> = {
  wrong_format: new Unstorable('wrong_format', 'must be a calendar date such as 2026-01-31'),
  time_out_of_range: timeFailures.time_out_of_range,
};

export const storeText: Store = (value, _, __, event) => {
  if (typeof value !== 'string') return notText;
  return event.hasEscapes && !value.isWellFormed() ? unpaired : value;
};

/** Stores text of a bounded length, counted in code points as JSON Schema does, but only where UTF-16 units leave it open. */
export function storeTextWithin(charsMin: number, charsMax: number): Store {
  const tooShort = new Unstorable('out_of_bounds', `must have at least ${charsMin} characters`);
  const tooLong = new Unstorable('out_of_bounds', `must have at most ${charsMax} characters`);
  return (value, name, holder, event) => {
    if (typeof value !== 'string') return notText;
    const { length } = value;
    // A code point takes one or two UTF-16 units.
    if (length < charsMin * 2 || length > charsMax) {
      const chars = [...value.slice(0, (charsMax + 1) * 2)].length;
      if (chars < charsMin) return tooShort;
      if (chars > charsMax) return tooLong;
    }
    return storeText(value, name, holder, event);
  };
}

export const storeBool: Store = (value) => (typeof value === 'boolean' ? value : notBool);

export const storeFloat: Store = (value) => {
  if (typeof value !== 'number') return notNumber;
  return Number.isFinite(value) ? value : floatRange;
};

export const storeInteger: Store = (value, name, holder, event) => {
  if (typeof value !== 'number') return notInteger;
  const source = event.textOf(value, name, holder);
  if (source === undefined && Number.isSafeInteger(value)) return value;
  return integerOfSource(source ?? String(value));
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
  return (value, name, holder, event) => {
    const count = storeInteger(value, name, holder, event);
    if (typeof count !== 'number' && typeof count !== 'bigint') return count;
    const micros = Number(count) * microsPerUnit;
    if (Number.isSafeInteger(micros)) return micros;
    const exact = BigInt(count) * BigInt(microsPerUnit);
    return exact >= microsMin && exact < microsEnd ? exact : timeFailures.time_out_of_range;
  };
}

/** Stores a decimal from a string or a number, exactly or not at all. */
export function storeDecimal(shape: DecimalShape): Store {
  const failures = decimalFailures(shape);
  return (value, name, holder, event) => {
    if (typeof value === 'string') return unitsOr(failures, unitsOfText(value, shape));
    if (typeof value !== 'number') return failures.wrong_format;
    const source = event.textOf(value, name, holder);
    return unitsOr(failures, source === undefined ? unitsOfNumber(value, shape) : unitsOfSource(source, shape));
  };
}

function unitsOr(failures: Record<DecimalFailure, Unstorable>, units: Units | DecimalFailure): Units | Unstorable {
  return typeof units === 'string' ? failures[units] : units;
}

function decimalFailures({ precision, scale }: DecimalShape): Record<DecimalFailure, Unstorable> {
  return {
    wrong_format: new Unstorable('wrong_format', 'must be a decimal such as "-12.50"'),
    decimal_scale: new Unstorable('decimal_scale', `must have at most ${scale} digits behind the point`),
    decimal_precision: new Unstorable(
      'decimal_precision',
      `must have at most ${precision} digits, ${scale} of them behind the point`,
    ),
  };
}

function integerOfSource(source: string): number | bigint | Unstorable {
  return int64Of(source) ?? (unitsOfSource(source, anyInteger) === 'decimal_scale' ? notInteger : integerRange);
}
