/** Booleans that are written as texts or numbers: `x-true` and `x-false` list them. */
import type { EventObject } from '../values/event-object.js';
import { textAt } from '../values/exact-number.js';
import { Unstorable } from '../values/stored.js';
import type { Rewrite } from './rewrite.js';

/** Texts are compared as they are, case included. JSON's true and false stay what they are. */
export function booleanRewriter(property: EventObject): Rewrite {
  const [yes, no] = [listed(property['x-true']), listed(property['x-false'])];
  const known = new Map<unknown, boolean>([
    ...yes.map((one) => [one, true] as const),
    ...no.map((one) => [one, false] as const),
  ]);
  const choices = [...yes, ...no].map((one) => JSON.stringify(one)).join(', ');
  const wrong = new Unstorable('wrong_format', `must be one of ${choices}`);
  return (value, name, holder) => {
    if (typeof value === 'boolean') return value;
    // A number of more digits than its double is none of the list.
    return textAt(holder, name) === undefined ? (known.get(value) ?? wrong) : wrong;
  };
}

export function listed(values: unknown): readonly unknown[] {
  return Array.isArray(values) ? values : [];
}
