/** Reads decimals into whole units of their scale, digit by digit: no float ever decides a stored value. */

/** Why a text or number is no decimal of the column: the reason codes of these names. */
export type DecimalFailure = 'wrong_format' | 'decimal_scale' | 'decimal_precision';

/** 12.34 of scale 2 is 1234 units: a number when that is a safe integer, else a bigint. */
export type Units = number | bigint;

/** Total digits and digits behind the point, as in SQL's DECIMAL(precision, scale). */
export interface DecimalShape {
  readonly precision: number;
  readonly scale: number;
}

/** Every decimal of at most 15 significant digits survives a double, so arithmetic below 10^15 units can be checked. */
const exactDigits = 15;
const powers = Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));
const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;
const int64Shape: DecimalShape = { precision: 19, scale: 0 };
const plainDecimal = /^(-?)(\d+)(?:\.(\d+))?$/;
const jsonNumber = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** The units of a decimal text: `-?digits` with an optional fraction. Zeros behind the last place of the scale are fine. */
export function unitsOfText(text: string, shape: DecimalShape): Units | DecimalFailure {
  const { length } = text;
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  let units = 0;
  let point = -1;
  if (length - start > exactDigits + 1 || length === start) return unitsOfLongText(text, shape, plainDecimal);
  for (let i = start; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46 && point < 0 && i > start && i < length - 1) point = i;
    else if (code >= 48 && code <= 57) units = units * 10 + code - 48;
    else return 'wrong_format';
  }
  const pad = shape.scale - (point < 0 ? 0 : length - 1 - point);
  if (pad < 0 || length - start + pad > exactDigits) return unitsOfLongText(text, shape, plainDecimal);
  return fitting(start === 1 ? -units : units, pad, shape);
}

/**
 * The units of a JSON number of at most 15 significant digits in the event's text (see `needsSource`).
 * Both that text and `units / 10^scale` have at most 15 digits and are the same double, so they are the same decimal.
 */
export function unitsOfNumber(value: number, shape: DecimalShape): Units | DecimalFailure {
  const power = powers[shape.scale] ?? 0;
  const units = Math.round(value * power);
  if (units < 1e15 && units > -1e15 && power > 0 && units / power === value) return fitting(units, 0, shape);
  return unitsOfSource(String(value), shape);
}

/** The units of a JSON number as it is written in the event, exponents included. */
export function unitsOfSource(source: string, shape: DecimalShape): Units | DecimalFailure {
  return unitsOfLongText(source, shape, jsonNumber);
}

/** The integer that a JSON number is, `undefined` when it is none or does not fit into 64 bits. */
export function int64Of(source: string): Units | undefined {
  const units = unitsOfSource(source, int64Shape);
  return typeof units !== 'string' && units >= int64Min && units <= int64Max ? units : undefined;
}

function fitting(units: number, pad: number, { precision }: DecimalShape): Units | DecimalFailure {
  const padded = units * (powers[pad] ?? 0);
  if (precision <= exactDigits && Math.abs(padded) >= (powers[precision] ?? 0)) return 'decimal_precision';
  return padded === 0 ? 0 : padded;
}

/** Works on digits as text until they are known to fit, so that a megabyte of digits costs no more than a walk over them. */
function unitsOfLongText(text: string, shape: DecimalShape, grammar: RegExp): Units | DecimalFailure {
  const match = grammar.exec(text);
  if (match === null) return 'wrong_format';
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = trimmed(whole + fraction);
  if (digits.text === '') return 0;
  const shift = shape.scale + Number(exponent) - fraction.length + digits.zerosCut;
  if (shift < 0) return 'decimal_scale';
  if (digits.text.length + shift > shape.precision) return 'decimal_precision';
  const units = BigInt(digits.text + '0'.repeat(shift)) * (sign === '-' ? -1n : 1n);
  return Number.isSafeInteger(Number(units)) ? Number(units) : units;
}

/** Digits without zeros at either end, and how many were cut off at the right. */
function trimmed(digits: string): { text: string; zerosCut: number } {
  let start = 0;
  let end = digits.length;
  while (start < end && digits.charCodeAt(start) === 48) start++;
  while (end > start && digits.charCodeAt(end - 1) === 48) end--;
  return { text: digits.slice(start, end), zerosCut: digits.length - end };
}
