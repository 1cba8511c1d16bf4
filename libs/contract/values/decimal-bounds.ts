/** Bounds of decimals, compared as whole units. */
import type { EventObject } from './event-object.js';
import { textAt } from './exact-number.js';
import { type DecimalShape, type Units, unitsOfSource } from './parse-decimal.js';
import { type Stored, Unstorable } from './stored.js';

/** Each bound says whether units keep it. */
export type DecimalBounds = readonly { readonly holds: (units: Units) => boolean; readonly failure: Unstorable }[];

const comparisons: Record<string, { sign: string; holds: (units: Units, bound: Units) => boolean }> = {
  minimum: { sign: '>=', holds: (units, bound) => units >= bound },
  maximum: { sign: '<=', holds: (units, bound) => units <= bound },
  exclusiveMinimum: { sign: '>', holds: (units, bound) => units > bound },
  exclusiveMaximum: { sign: '<', holds: (units, bound) => units < bound },
};

/** The bounds a property schema sets, or the keyword whose value is no decimal of this shape. */
export function decimalBounds(property: EventObject, shape: DecimalShape): DecimalBounds | string {
  const bounds: { holds: (units: Units) => boolean; failure: Unstorable }[] = [];
  for (const [keyword, { sign, holds }] of Object.entries(comparisons)) {
    const value = property[keyword];
    if (value === undefined) continue;
    const text = textAt(property, keyword) ?? String(value);
    const bound = unitsOfSource(text, { ...shape, precision: 38 });
    if (typeof bound === 'string') return keyword;
    bounds.push({
      holds: (units) => holds(units, bound),
      failure: new Unstorable('out_of_bounds', `must be ${sign} ${text}`),
    });
  }
  return bounds;
}

/** The stored units when they keep all bounds. */
export function within(stored: Stored | Unstorable, bounds: DecimalBounds): Stored | Unstorable {
  if (typeof stored !== 'number' && typeof stored !== 'bigint') return stored;
  for (const { holds, failure } of bounds) if (!holds(stored)) return failure;
  return stored;
}
