/** Decides whether a table can take the columns a writer has: additive changes only. */
import type { ColumnSpec } from '#columns/types/column-spec';
import { isSame, mergedType } from '#columns/types/merged-type';
import { type ForeignColumn, typeName } from './schema.js';

export type SchemaDecision =
  | { readonly kind: 'fits' }
  /** The table needs new metadata with these columns first. */
  | { readonly kind: 'evolve'; readonly columns: readonly ColumnSpec[] }
  | { readonly kind: 'incompatible'; readonly reason: string };

/**
 * New nullable columns go to the end of the table, new fields of an object to its end. A required column of the table may become nullable. A column of
 * the table that the writer lacks reads as null, so it must be nullable.
 */
export function decideSchema(
  table: readonly ColumnSpec[],
  writer: readonly ColumnSpec[],
  foreign: readonly ForeignColumn[] = [],
): SchemaDecision {
  const reason = foreignClash(foreign, writer) ?? clashes(table, writer)[0];
  if (reason !== undefined) return { kind: 'incompatible', reason };
  const known = new Set(table.map((c) => c.name));
  const widened = table.map((column) => widen(column, writer));
  const added = writer.filter((c) => !known.has(c.name));
  const same = added.length === 0 && widened.every((column, i) => column === table[i]);
  return same ? { kind: 'fits' } : { kind: 'evolve', columns: [...widened, ...added] };
}

function foreignClash(foreign: readonly ForeignColumn[], writer: readonly ColumnSpec[]): string | undefined {
  const byFoldedName = new Map(foreign.map((column) => [column.name.toLowerCase(), column]));
  const wanted = writer.find(({ name }) => byFoldedName.has(name.toLowerCase()));
  const there = wanted && byFoldedName.get(wanted.name.toLowerCase());
  return there && clashReason(wanted.name, there.type, wanted);
}

/** The same column again where it is wide enough. */
function widen(column: ColumnSpec, writer: readonly ColumnSpec[]): ColumnSpec {
  const wanted = writer.find((c) => c.name === column.name);
  if (wanted === undefined) return column;
  const nullable = column.nullable || wanted.nullable;
  const type = mergedType(column.type, wanted.type) ?? column.type;
  return nullable === column.nullable && isSame(type, column.type) ? column : { ...column, type, nullable };
}

function clashes(table: readonly ColumnSpec[], writer: readonly ColumnSpec[]): string[] {
  const byFoldedName = new Map(table.map((c) => [c.name.toLowerCase(), c]));
  const names = new Set(writer.map((c) => c.name));
  const missing = table
    .filter((c) => !c.nullable && !names.has(c.name))
    .map(({ name }) => `column "${name}" is required by the table but not written`);
  return [...writer.flatMap((c) => clash(c, byFoldedName.get(c.name.toLowerCase()))), ...missing];
}

function clash(wanted: ColumnSpec, existing: ColumnSpec | undefined): string[] {
  if (existing === undefined) {
    return wanted.nullable
      ? []
      : [`new column "${wanted.name}" must be nullable: rows written before have no value for it`];
  }
  if (existing.name !== wanted.name) {
    return [
      `column "${wanted.name}" differs from the table's "${existing.name}" only in upper and lower case: use the table's spelling`,
    ];
  }
  return mergedType(existing.type, wanted.type) ? [] : [clashReason(wanted.name, typeName(existing.type), wanted)];
}

function clashReason(name: string, existing: string, { type }: ColumnSpec): string {
  return `column "${name}" is ${existing} in the table but would be written as ${typeName(type)}: write it under a new name, or to a new table`;
}
