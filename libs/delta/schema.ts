/** The table schema in Delta's JSON form, to and from column specifications ("Schema Serialization Format"). */
import type { ColumnSpec, ColumnType } from '#columns/column-spec';

const plainTypes: Readonly<Record<Exclude<ColumnType['kind'], 'decimal'>, string>> = {
  string: 'string',
  binary: 'binary',
  int32: 'integer',
  int64: 'long',
  float64: 'double',
  bool: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
};
const kindOf: ReadonlyMap<string, ColumnType> = new Map(
  Object.entries(plainTypes).map(([kind, name]) => [name, { kind } as ColumnType]),
);
const decimalName = /^decimal\((\d+),\s*(\d+)\)$/;

export type ParsedSchema =
  | { readonly kind: 'schema'; readonly columns: readonly ColumnSpec[] }
  | { readonly kind: 'unsupported'; readonly reason: string };

export function encodeSchema(columns: readonly ColumnSpec[]): string {
  const fields = columns.map(({ name, type, nullable }) => ({ name, type: typeName(type), nullable, metadata: {} }));
  return JSON.stringify({ type: 'struct', fields });
}

/** Nested types, and columns with invariants or generated values, are none that Afluente can write. */
export function parseSchema(schemaString: string): ParsedSchema {
  const fields = fieldsOf(schemaString);
  if (fields === undefined) return { kind: 'unsupported', reason: 'the schema is not a JSON struct with fields' };
  const columns: ColumnSpec[] = [];
  for (const field of fields) {
    const column = parseField(field);
    if (typeof column === 'string') return { kind: 'unsupported', reason: column };
    columns.push(column);
  }
  return { kind: 'schema', columns };
}

/** `decimal(10,2)`, `long` … */
export function typeName(type: ColumnType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : plainTypes[type.kind];
}

function parseField(field: Readonly<Record<string, unknown>>): ColumnSpec | string {
  const { name, type, nullable, metadata } = field;
  if (typeof name !== 'string') return 'a column of the schema has no name';
  const parsed = typeof type === 'string' ? parseType(type) : undefined;
  if (parsed === undefined) return `column ${name} has a type that is not supported: ${JSON.stringify(type)}`;
  const special = Object.keys(metadata ?? {}).find((key) => key.startsWith('delta.'));
  if (special !== undefined) return `column ${name} uses ${special}, which is not supported`;
  return { name, type: parsed, nullable: nullable !== false };
}

function parseType(name: string): ColumnType | undefined {
  const decimal = decimalName.exec(name);
  if (decimal) return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  return kindOf.get(name);
}

function fieldsOf(schemaString: string): Record<string, unknown>[] | undefined {
  try {
    const schema: unknown = JSON.parse(schemaString);
    const fields: unknown = typeof schema === 'object' && schema !== null ? Reflect.get(schema, 'fields') : undefined;
    return Array.isArray(fields) ? fields : undefined;
  } catch {
    return undefined;
  }
}
