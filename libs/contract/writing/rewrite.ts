/** Makes of a value as the event writes it the value that a plain contract would have: `"1.234,5"` becomes 1234.5, `"S"` true. */
import { asObject, type EventObject } from '../values/event-object.js';
import { unstorableWithin } from '../values/store-nested.js';
import { Unstorable } from '../values/stored.js';

/**
 * Gives the plain value of one that `holder` has under `name` and that is not null, or what is wrong with it. A number whose double does
 * not say all has its text noted in `holder`. Objects and arrays, which belong to the parsed event, are changed in place.
 */
export type Rewrite = (value: unknown, name: string | number, holder: object) => unknown;

interface RewrittenField {
  readonly name: string;
  readonly rewrite?: Rewrite | undefined;
}

/** Of an object, when any of its fields is rewritten. What is no object, the schema refuses. */
export function rewriteFields(fields: readonly RewrittenField[]): Rewrite | undefined {
  const rewritten = fields.flatMap(({ name, rewrite }) => (rewrite === undefined ? [] : [{ name, rewrite }]));
  if (rewritten.length === 0) return undefined;
  return (value) => {
    const object = asObject(value);
    if (object === undefined) return value;
    for (const { name, rewrite } of rewritten) {
      const failure = rewriteMember(object, name, rewrite);
      if (failure !== undefined) return unstorableWithin(failure, name);
    }
    return object;
  };
}

export function rewriteItems(rewrite: Rewrite | undefined): Rewrite | undefined {
  if (rewrite === undefined) return undefined;
  return (value) => {
    if (!Array.isArray(value)) return value;
    for (let at = 0; at < value.length; at++) {
      const failure = rewriteMember(value, at, rewrite);
      if (failure !== undefined) return unstorableWithin(failure, String(at));
    }
    return value;
  };
}

function rewriteMember(holder: object, name: string | number, rewrite: Rewrite): Unstorable | undefined {
  const members = holder as EventObject & Record<string | number, unknown>;
  const value = members[name];
  if (value === undefined || value === null) return undefined;
  const plain = rewrite(value, name, holder);
  if (plain instanceof Unstorable) return plain;
  if (plain !== value) members[name] = plain;
  return undefined;
}
