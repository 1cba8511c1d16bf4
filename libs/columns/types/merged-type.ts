/** One type for the values of two: objects gain fields, everything else must be the same. */
import type { ColumnSpec, ColumnType } from './column-spec.js';

/** `type` with the fields that only `other` has behind its own; undefined when they have no values in common. Widths and ranges are never changed. */
export function mergedType(type: ColumnType, other: ColumnType): ColumnType | undefined {
  if (type.kind === 'struct' && other.kind === 'struct') {
    const fields = mergedFields(type.fields, other.fields);
    return fields && { kind: 'struct', fields };
  }
  if (type.kind === 'list' && other.kind === 'list') {
    const item = mergedType(type.item.type, other.item.type);
    return item && { kind: 'list', item: { type: item, nullable: type.item.nullable || other.item.nullable } };
  }
  return isSame(type, other) ? type : undefined;
}

/** Whether nullability aside they are one type: fields of the same names in the same order. */
export function isSame(one: ColumnType, other: ColumnType): boolean {
  if (one.kind === 'decimal' && other.kind === 'decimal')
    return one.precision === other.precision && one.scale === other.scale;
  if (one.kind === 'list' && other.kind === 'list') return isSame(one.item.type, other.item.type);
  if (one.kind !== 'struct' || other.kind !== 'struct') return one.kind === other.kind;
  return (
    one.fields.length === other.fields.length &&
    one.fields.every((field, at) => {
      const twin = other.fields[at]!;
      return field.name === twin.name && isSame(field.type, twin.type);
    })
  );
}

/** All columns of both; those of both in a type for the values of both, where there is one. */
export function unitedColumns(columns: readonly ColumnSpec[], others: readonly ColumnSpec[]): ColumnSpec[] {
  const known = new Set(columns.map(({ name }) => name));
  const own = columns.map((column) => {
    const twin = others.find(({ name }) => name === column.name);
    return twin ? { ...column, type: mergedType(column.type, twin.type) ?? column.type } : column;
  });
  return [...own, ...others.filter(({ name }) => !known.has(name))];
}

function mergedFields(fields: readonly ColumnSpec[], others: readonly ColumnSpec[]): ColumnSpec[] | undefined {
  const merged = fields.map((field): ColumnSpec | undefined => {
    const twin = others.find(({ name }) => name === field.name);
    const type = twin ? mergedType(field.type, twin.type) : field.type;
    return type && { ...field, type };
  });
  const names = new Set(fields.map(({ name }) => name));
  const all = [
    ...merged,
    ...others.filter(({ name }) => !names.has(name)).map((field) => ({ ...field, nullable: true })),
  ];
  return all.every((field) => field !== undefined) ? all : undefined;
}
