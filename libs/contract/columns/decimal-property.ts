/** What a property of format decimal says: its digits and its bounds. */
import { type ContractProblem, problem } from '../validator/contract-problem.js';
import { type DecimalBounds, decimalBounds } from '../values/decimal-bounds.js';
import type { EventObject } from '../values/event-object.js';
import type { DecimalShape } from '../values/parse-decimal.js';

export interface DecimalProperty {
  readonly shape: DecimalShape;
  readonly bounds: DecimalBounds;
}

/** @param types JSON types that the property may have besides null */
export function decimalOf(
  property: EventObject,
  types: readonly unknown[],
  pointer: string,
): DecimalProperty | ContractProblem {
  const { 'x-precision': precision, 'x-scale': scale } = property;
  if (!types.every((type) => type === 'string' || type === 'number' || type === 'integer'))
    return problem(
      `${pointer}/type`,
      'does not go with format decimal: write ["string", "number"], "string" or "number" (and "null")',
    );
  if (!isDigits(precision, 1, 38))
    return problem(pointer, 'format decimal needs "x-precision", all its digits: write an integer from 1 to 38');
  if (!isDigits(scale, 0, precision))
    return problem(
      pointer,
      `format decimal needs "x-scale", its digits behind the point: write an integer from 0 to ${precision}`,
    );
  if ('multipleOf' in property)
    return problem(
      `${pointer}/multipleOf`,
      'cannot be checked exactly: leave it out, "x-scale" sets the smallest unit',
    );
  const bounds = decimalBounds(property, { precision, scale });
  if (typeof bounds === 'string')
    return problem(
      `${pointer}/${bounds}`,
      `has more digits behind the point than "x-scale" ${scale}: write a number with fewer`,
    );
  return { shape: { precision, scale }, bounds };
}

function isDigits(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
}
