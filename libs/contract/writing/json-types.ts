/** The JSON types that a property may have. */
import type { EventObject } from '../values/event-object.js';

/** The JSON types a schema names, or those of its `const` or `enum`; `undefined` when it leaves them open. */
export function typesOf(property: EventObject): readonly string[] | undefined {
  const { type } = property;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.map(String);
  const values = 'const' in property ? [property['const']] : property['enum'];
  return Array.isArray(values) ? [...new Set(values.map(jsonType))] : undefined;
}

/** The types besides null; none when they are open. */
export function filledTypes(property: EventObject): readonly string[] {
  return typesOf(property)?.filter((type) => type !== 'null') ?? [];
}

export function allowsNull(property: EventObject): boolean {
  const types = typesOf(property);
  return types === undefined || types.includes('null') || property['nullable'] === true;
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
