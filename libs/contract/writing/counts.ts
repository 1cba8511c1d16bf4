/** Numbers that count units: of time since the epoch, or cents of an amount. */
import type { ColumnType } from '#columns/types/column-spec';
import { type ContractProblem, problem } from '../validator/contract-problem.js';
import type { EventObject } from '../values/event-object.js';
import { type Units, unitsOfSource } from '../values/parse-decimal.js';
import { secondsMax, secondsMin } from '../values/parse-time.js';
import { type Store, storeEpoch, storeInteger, Unstorable } from '../values/stored.js';
import { filledTypes } from './json-types.js';

export interface Counted {
  readonly type: ColumnType;
  readonly store: Store;
}

/** A microsecond is 10^-n of them. */
const microDigits: Readonly<Record<string, number>> = { s: 6, ms: 3, us: 0, ns: -3 };
const exactShape = { precision: 38, scale: 18 };
const microsMin = BigInt(secondsMin) * 1_000_000n;
const microsEnd = BigInt(secondsMax + 1) * 1_000_000n;
/** Decimals of so many digits take 8 bytes in a table. */
const centsPrecision = 18;
const centsScale = 2;

const outOfRange = new Unstorable('time_out_of_range', 'must lie within the years 0001 to 9999 in UTC');
const tooFine = new Unstorable('wrong_format', `must have at most ${exactShape.scale} digits behind the point`);

/** The digits of cents may be said, but there are two behind the point. */
export function centsProblems(property: EventObject, pointer: string): ContractProblem[] {
  if (property['x-unit'] !== 'cents') return [];
  if (filledTypes(property)[0] === 'number')
    return [problem(`${pointer}/x-unit`, 'is of whole cents: write "type": "integer"')];
  const { 'x-precision': precision = centsPrecision, 'x-scale': scale = centsScale } = property;
  if (scale !== centsScale)
    return [problem(`${pointer}/x-scale`, `must be ${centsScale} of cents: write that, or leave it out`)];
  return Number.isInteger(precision) && Number(precision) >= centsScale && Number(precision) <= 38
    ? []
    : [
        problem(
          `${pointer}/x-precision`,
          `must be all digits of the amount: write an integer from ${centsScale} to 38`,
        ),
      ];
}

/** @param property plain, with an `x-unit` that the keywords allow, of type integer or number */
export function countedBy(property: EventObject, isInteger: boolean): Counted {
  const unit = String(property['x-unit']);
  if (unit === 'cents') {
    const precision = Number(property['x-precision'] ?? centsPrecision);
    return { type: { kind: 'decimal', precision, scale: centsScale }, store: storeCents(precision) };
  }
  const digits = microDigits[unit]!;
  const isWhole = isInteger && digits >= 0;
  return { type: { kind: 'timestamp' }, store: isWhole ? storeEpoch(10 ** digits) : storeFineEpoch(digits) };
}

/** Cents are the units of a decimal with two digits behind the point. */
function storeCents(precision: number): Store {
  const end = 10n ** BigInt(precision);
  const tooMany = new Unstorable('decimal_precision', `must have at most ${precision} digits`);
  return (value, name, holder, event) => {
    const cents = storeInteger(value, name, holder, event);
    if (typeof cents !== 'number' && typeof cents !== 'bigint') return cents;
    return cents < end && cents > -end ? cents : tooMany;
  };
}

/** Counts with a fraction, or of units that are smaller than a microsecond: what is below one is cut off, towards the past. */
function storeFineEpoch(digits: number): Store {
  const perMicro = 10n ** BigInt(exactShape.scale - digits);
  return (value, name, holder, event) => {
    if (typeof value !== 'number') return notNumber;
    const text = event.textOf(value, name, holder) ?? String(value);
    const units = unitsOfSource(text, exactShape);
    if (typeof units === 'string') return units === 'decimal_scale' ? tooFine : outOfRange;
    const micros = floored(BigInt(units), perMicro);
    if (micros < microsMin || micros >= microsEnd) return outOfRange;
    return shortest(micros);
  };
}
const notNumber = new Unstorable('wrong_type', 'must be a number');

function floored(units: bigint, divisor: bigint): bigint {
  const rest = units % divisor;
  return (units - rest) / divisor - (rest < 0n ? 1n : 0n);
}

function shortest(micros: bigint): Units {
  return Number.isSafeInteger(Number(micros)) ? Number(micros) : micros;
}
