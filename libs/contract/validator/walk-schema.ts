/** Walks over the schemas inside a schema, and over nothing that only looks like one (draft 2020-12: values of enum, const, default …). */
import { asObject, type EventObject } from '../values/event-object.js';
import { pointerTo } from '../values/rejection.js';

const single = [
  'items',
  'contains',
  'additionalProperties',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
  'not',
  'if',
  'then',
  'else',
  'contentSchema',
];
const listed = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const named = ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'];

/** Every schema that is an object, the outer ones first, each with the JSON pointer to it. */
export function* schemasIn(schema: unknown, pointer = ''): Generator<readonly [pointer: string, schema: EventObject]> {
  const object = asObject(schema);
  if (object === undefined) return;
  yield [pointer, object];
  for (const keyword of single) yield* schemasIn(object[keyword], `${pointer}/${keyword}`);
  for (const keyword of [...listed, ...named]) {
    const parts = object[keyword];
    if (typeof parts !== 'object' || parts === null) continue;
    for (const [name, part] of Object.entries(parts)) yield* schemasIn(part, pointerTo(`${pointer}/${keyword}`, name));
  }
}
