/** From the sections of frames to the rows of a lake table. */
import type { ColumnSpec } from '#columns/column-spec';
import { concatFrames, readFrame, type DataFrame } from '#columns/frames';
import { quoteName, runSql } from '#columns/sql';
import type { Section, SectionInfo } from '#frame/sections';
import type { Table, TableStage } from '#pipeline/model';
import { readResults } from '#windows/results-json';

const sectionsOf: Readonly<Record<TableStage, readonly string[]>> = {
  raw: ['raw'],
  rejected: ['rejected', 'late'],
  enriched: ['ok'],
  results: ['results'],
};

/** The sections of a frame that belong to a table. */
export function sectionsFor<Info extends SectionInfo>(stage: TableStage, sections: readonly Info[]): Info[] {
  return sections.filter(({ name, rows }) => rows > 0 && sectionsOf[stage].includes(name));
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
export function columnsWithPartitions(columns: readonly ColumnSpec[], table: Table): readonly ColumnSpec[] | { readonly problem: string } {
  const missing = missingPartitions(columns, table);
  const unknown = missing.find((name) => !(name in derived));
  if (unknown !== undefined) return { problem: `partition column "${unknown}" is no column of ${table.from}; it has ${columns.map((c) => c.name).join(', ')}, and year, month, day, hour and date can be derived` };
  // The same list again: what is built once for a list of columns is found again at the next start of a task.
  if (missing.length === 0) return columns;
  return [...columns, ...missing.map((name): ColumnSpec => ({ name, type: { kind: derived[name]!.kind }, nullable: true }))];
}

/** The rows of all sections of lines, as one table, if there are any. */
function linesOf(sections: readonly Section[], columns: readonly ColumnSpec[]): DataFrame[] {
  const lines = sections.filter(({ encoding }) => encoding === 'ndjson').map(({ data }) => data);
  return lines.length === 0 ? [] : [readResults(Buffer.concat(lines), columns)];
}

/** All rows of `sections` as one table, with derived partition columns. @param columns those of the rows, without derived ones */
export function tableRows(sections: readonly Section[], columns: readonly ColumnSpec[], table: Table): DataFrame {
  const rows = concatFrames([...sections.filter(({ encoding }) => encoding === 'arrow').map(({ data }) => readFrame(data)), ...linesOf(sections, columns)]);
  const missing = missingPartitions(columns, table);
  if (missing.length === 0) return rows;
  const time = quoteName(table.timeColumn);
  return runSql(`SELECT *, ${missing.map((name) => `${derived[name]!.sql(time)} AS ${quoteName(name)}`).join(', ')} FROM rows`, { rows });
}
