/** From the sections of frames to the rows of a lake table. */
import { quoteName, runSql } from '#columns/polars/sql';
import type { ColumnSpec } from '#columns/types/column-spec';
import type { Section, SectionInfo } from '#frame/sections';
import type { Table, TableStage } from '#pipeline/model/model';
import type { TableRows } from './section-rows.js';
import { tableKinds } from './table-kinds.js';

/** The sections of a frame that belong to a table. */
export function sectionsFor<Info extends SectionInfo>(stage: TableStage, sections: readonly Info[]): Info[] {
  return sections.filter(({ name, rows }) => rows > 0 && tableKinds[stage].sections.includes(name));
}

/** Partition columns that do not exist in the rows and are derived from the table's time column, UTC. */
const derived: Readonly<Record<string, { readonly kind: 'int32' | 'date'; sql(time: string): string }>> = {
  year: { kind: 'int32', sql: (time) => `CAST(EXTRACT(YEAR FROM ${time}) AS INTEGER)` },
  month: { kind: 'int32', sql: (time) => `CAST(EXTRACT(MONTH FROM ${time}) AS INTEGER)` },
  day: { kind: 'int32', sql: (time) => `CAST(EXTRACT(DAY FROM ${time}) AS INTEGER)` },
  hour: { kind: 'int32', sql: (time) => `CAST(EXTRACT(HOUR FROM ${time}) AS INTEGER)` },
  date: { kind: 'date', sql: (time) => `CAST(${time} AS DATE)` },
};

function missingPartitions(columns: readonly ColumnSpec[], table: Table): string[] {
  return table.partitionBy.filter((name) => !columns.some((column) => column.name === name));
}

/** The table's columns: those of its rows, then derived partition columns. Names of partition columns that cannot be derived come back as a problem. */
export function columnsWithPartitions(
  columns: readonly ColumnSpec[],
  table: Table,
): readonly ColumnSpec[] | { readonly problem: string } {
  const missing = missingPartitions(columns, table);
  const unknown = missing.find((name) => !(name in derived));
  if (unknown !== undefined)
    return {
      problem: `partition column "${unknown}" is no column of ${table.from}; it has ${columns.map((c) => c.name).join(', ')}, and year, month, day, hour and date can be derived`,
    };
  // The same list again: what is built once for a list of columns is found again at the next start of a task.
  if (missing.length === 0) return columns;
  return [
    ...columns,
    ...missing.map((name): ColumnSpec => ({ name, type: { kind: derived[name]!.kind }, nullable: true })),
  ];
}

function stageRows(sections: readonly Section[], columns: readonly ColumnSpec[], { stage, name }: Table): TableRows {
  return tableKinds[stage].rows(sections, columns, name);
}

/** All rows of `sections` as one table, with added and derived columns. @param columns those of the table, without derived ones */
export function tableRows(sections: readonly Section[], columns: readonly ColumnSpec[], table: Table): TableRows {
  const taken = stageRows(sections, columns, table);
  const missing = missingPartitions(columns, table);
  if (missing.length === 0) return taken;
  const time = quoteName(table.timeColumn);
  return {
    ...taken,
    rows: runSql(
      `SELECT *, ${missing.map((name) => `${derived[name]!.sql(time)} AS ${quoteName(name)}`).join(', ')} FROM rows`,
      { rows: taken.rows },
    ),
  };
}
