/** The table schema in Delta's JSON form, to and from column specifications ("Schema Serialization Format"). */
import type { ColumnSpec, ColumnType, NestedKind } from '#columns/types/column-spec';
import { typeNameIn } from '#columns/types/type-name';

const plainTypes: Readonly<Record<Exclude<ColumnType['kind'], 'decimal' | NestedKind>, string>> = {
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
const foreignTypes: ReadonlySet<string> = new Set(['byte', 'short', 'float', 'timestamp_ntz']);
const decimalName = /^decimal\((\d+),\s*(\d+)\)$/;

type Fields = Readonly<Record<string, unknown>>;

/** A nullable column of a type that Afluente does not write. */
export interface ForeignColumn {
  readonly name: string;
  /** As the schema has it: a name, or JSON. */
  readonly type: string;
}

export type ParsedSchema =
  | { readonly kind: 'schema'; readonly columns: readonly ColumnSpec[]; readonly foreign: readonly ForeignColumn[] }
  | { readonly kind: 'unsupported'; readonly reason: string };

/** @param before the schema that it follows: what others wrote about its columns, such as comments, stays */
export function encodeSchema(columns: readonly ColumnSpec[], before?: string): string {
  return JSON.stringify(structOf(columns, before === undefined ? undefined : parsed(before)));
}

/** Columns with invariants or generated values, and required ones of types such as `float` or a map, are none that Afluente can write beside. */
export function parseSchema(schemaString: string): ParsedSchema {
  const fields = fieldsOf(parsed(schemaString));
  if (fields === undefined) return { kind: 'unsupported', reason: 'the schema is not a JSON struct with fields' };
  const foreign = fields.flatMap((field) => foreignColumn(field) ?? []);
  const names = new Set(foreign.map(({ name }) => name));
  const columns = columnsOf(fields.filter(({ name }) => !names.has(String(name))));
  return typeof columns === 'string' ? { kind: 'unsupported', reason: columns } : { kind: 'schema', columns, foreign };
}

function foreignColumn({ name, type, nullable, metadata }: Fields): ForeignColumn | undefined {
  if (typeof name !== 'string' || nullable === false || specialIn(metadata)) return undefined;
  if (parseType(type) || !isForeignType(type)) return undefined;
  return { name, type: typeof type === 'string' ? type : JSON.stringify(type) };
}

/** A type of the protocol with parts that Afluente does not write. */
function isForeignType(type: unknown): boolean {
  if (typeof type === 'string') return foreignTypes.has(type);
  const parts =
    memberOf(type, 'type') === 'map'
      ? [memberOf(type, 'keyType'), memberOf(type, 'valueType')]
      : memberOf(type, 'type') === 'array'
        ? [memberOf(type, 'elementType')]
        : fieldsOf(type)?.map((field) => field['type']);
  return parts?.every((part) => parseType(part) !== undefined || isForeignType(part)) ?? false;
}

function specialIn(metadata: unknown): string | undefined {
  return Object.keys(metadata ?? {}).find((key) => key.startsWith('delta.'));
}

/** @returns a reason when there is one that is not supported */
function columnsOf(fields: readonly Fields[]): ColumnSpec[] | string {
  const columns: ColumnSpec[] = [];
  for (const field of fields) {
    const column = parseField(field);
    if (typeof column === 'string') return column;
    columns.push(column);
  }
  return columns;
}

/** `decimal(10,2)`, `long`, `array<struct<name:string>>` … */
export function typeName(type: ColumnType): string {
  return typeNameIn(type, (kind) => plainTypes[kind], 'array');
}

/** Nested types are objects ("Array Type", "Struct Type"), all others names. @param before the same type in the schema before */
function typeJson(type: ColumnType, before: unknown): unknown {
  if (type.kind === 'struct') return structOf(type.fields, before);
  if (type.kind !== 'list') return typeName(type);
  const elementType = typeJson(type.item.type, memberOf(before, 'elementType'));
  return { type: 'array', elementType, containsNull: type.item.nullable };
}

/** Fields that only the schema before has stay where they are. */
function structOf(columns: readonly ColumnSpec[], before: unknown): unknown {
  const known = fieldsOf(before) ?? [];
  const names = new Set(known.map(({ name }) => name));
  const encoded = new Map(
    columns.map(({ name, type, nullable }) => {
      const field = known.find((one) => one['name'] === name);
      return [name, { name, type: typeJson(type, field?.['type']), nullable, metadata: field?.['metadata'] ?? {} }];
    }),
  );
  const fields = [
    ...known.map((field) => encoded.get(String(field['name'])) ?? field),
    ...columns.filter(({ name }) => !names.has(name)).map(({ name }) => encoded.get(name)),
  ];
  return { type: 'struct', fields };
}

function parseField(field: Fields): ColumnSpec | string {
  const { name, type, nullable, metadata } = field;
  if (typeof name !== 'string') return 'a column of the schema has no name';
  const parsed = parseType(type);
  if (parsed === undefined) return `column ${name} has a type that is not supported: ${JSON.stringify(type)}`;
  const special = specialIn(metadata);
  if (special !== undefined) return `column ${name} uses ${special}, which is not supported`;
  return { name, type: parsed, nullable: nullable !== false };
}

function parseType(type: unknown): ColumnType | undefined {
  if (typeof type === 'string') return parseName(type);
  if (memberOf(type, 'type') === 'array') return parseArray(type);
  const fields = fieldsOf(type);
  const columns = fields && columnsOf(fields);
  return columns === undefined || typeof columns === 'string' ? undefined : { kind: 'struct', fields: columns };
}

function parseName(name: string): ColumnType | undefined {
  const decimal = decimalName.exec(name);
  if (decimal) return { kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  return kindOf.get(name);
}

function parseArray(array: unknown): ColumnType | undefined {
  const type = parseType(memberOf(array, 'elementType'));
  return type && { kind: 'list', item: { type, nullable: memberOf(array, 'containsNull') !== false } };
}

function fieldsOf(struct: unknown): Fields[] | undefined {
  const fields = memberOf(struct, 'fields');
  return Array.isArray(fields) ? fields : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function parsed(schemaString: string): unknown {
  try {
    return JSON.parse(schemaString);
  } catch {
    return undefined;
  }
}
