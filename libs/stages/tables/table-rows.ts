/** From the sections of frames to the rows of a lake table. */
import { quoteName, runSql } from '#columns/polars/sql';
import type { ColumnSpec, ColumnType } from '#columns/types/column-spec';
import type { Section, SectionInfo } from '#frame/sections';
import { columnOf } from '#pipeline/model/field-path';
import type { Table, TableStage } from '#pipeline/model/model';
import { takeFrom } from './refuse-taken.js';
import type { TableRows } from './section-rows.js';
import { tableKinds } from './table-kinds.js';
import { takenColumns } from './taken-rows.js';

/** The sections of a frame that belong to a table. */
export function sectionsFor<Info extends SectionInfo>(stage: TableStage, sections: readonly Info[]): Info[] {
  return sections.filter(({ name, rows }) => rows > 0 && tableKinds[stage].sections.includes(name));
}

/** A partition column that the rows do not have, but say. */
interface Derived {
  readonly type: ColumnType;
  /** Over the table `rows`. */
  readonly sql: string;
}

/** From the table's time column, UTC. */
const ofTime: Readonly<Record<string, { readonly kind: 'int32' | 'date'; sql(time: string): string }>> = {
  year: { kind: 'int32', sql: (time) => `CAST(EXTRACT(YEAR FROM ${time}) AS INTEGER)` },
  month: { kind: 'int32', sql: (time) => `CAST(EXTRACT(MONTH FROM ${time}) AS INTEGER)` },
  day: { kind: 'int32', sql: (time) => `CAST(EXTRACT(DAY FROM ${time}) AS INTEGER)` },
  hour: { kind: 'int32', sql: (time) => `CAST(EXTRACT(HOUR FROM ${time}) AS INTEGER)` },
  date: { kind: 'date', sql: (time) => `CAST(${time} AS DATE)` },
};

function missingPartitions(columns: readonly ColumnSpec[], table: Table): string[] {
  return table.partitionBy.filter((name) => !columns.some((column) => column.name === name));
}

/** Undefined when the rows say nothing of it. */
function derivedFrom(columns: readonly ColumnSpec[], name: string, table: Table): Derived | undefined {
  const part = columns.some((column) => column.name === table.timeColumn) ? ofTime[name] : undefined;
  if (part) return { type: { kind: part.kind }, sql: part.sql(quoteName(table.timeColumn)) };
  const field = fieldCalled(name, columns);
  return field && { type: field.type, sql: ['rows', ...field.path].map(quoteName).join('.') };
}

/** The field of an object whose names, joined, are this one. */
function fieldCalled(
  name: string,
  columns: readonly ColumnSpec[],
  around: readonly string[] = [],
): { readonly path: readonly string[]; readonly type: ColumnType } | undefined {
  for (const column of columns) {
    const path = [...around, column.name];
    if (columnOf(path.join('.')) === name) return { path, type: column.type };
    const within = column.type.kind === 'struct' ? fieldCalled(name, column.type.fields, path) : undefined;
    if (within) return within;
  }
  return undefined;
}

/** The table's columns: those of its rows, then derived partition columns. Names of partition columns that cannot be derived come back as a problem. */
export function columnsWithPartitions(
  columns: readonly ColumnSpec[],
  table: Table,
): readonly ColumnSpec[] | { readonly problem: string } {
  const missing = missingPartitions(columns, table);
  // The same list again: what is built once for a list of columns is found again at the next start of a task.
  if (missing.length === 0) return columns;
  const derived = missing.map((name) => ({ name, type: derivedFrom(columns, name, table)?.type, nullable: true }));
  const unknown = derived.find(({ type }) => type === undefined);
  return unknown
    ? {
        problem: `partition column "${unknown.name}" is no column of ${table.from}; it has ${columns.map((c) => c.name).join(', ')}, and ${derivableIn(columns, table)}`,
      }
    : [...columns, ...derived.map((column) => ({ ...column, type: column.type! }))];
}

function derivableIn(columns: readonly ColumnSpec[], { timeColumn }: Table): string {
  const has = columns.some(({ name }) => name === timeColumn);
  return `year, month, day, hour and date can be derived${has ? '' : ` from ${timeColumn}, which it leaves out`}`;
}

/** All rows of `sections` as one table, with added and derived columns. @param columns of the rows that the table takes, without derived ones */
export function tableRows(sections: readonly Section[], columns: readonly ColumnSpec[], table: Table): TableRows {
  const { stage, name, taking } = table;
  const taken = takeFrom(sections, table, (some) => tableKinds[stage].rows(some, columns, name));
  const own = taking ? takenColumns(columns, taking) : columns;
  const missing = missingPartitions(own, table);
  if (missing.length === 0) return taken;
  const derived = missing.map((column) => `${derivedFrom(own, column, table)!.sql} AS ${quoteName(column)}`);
  return { ...taken, rows: runSql(`SELECT *, ${derived.join(', ')} FROM rows`, { rows: taken.rows }) };
}
