/** What the sections of frames hold as rows of one table, by what wrote them. */
import { conform } from '#columns/casts/conform';
import { fitColumns } from '#columns/casts/fit-columns';
import { columnNames, concatDataFrames, type DataFrame, readDataFrame, withCopy } from '#columns/polars/data-frames';
import { describe } from '#columns/polars/describe';
import { type ColumnSpec, isNested } from '#columns/types/column-spec';
import { isSame, mergedType } from '#columns/types/merged-type';
import type { Section } from '#frame/sections';
import { readResults } from '#windows/results/results-json';
import { rawColumns } from '../raw/raw-columns.js';
import { fitRows } from '../rows/fit-rows.js';
import { concatRuns } from '../rows/ok-rows.js';
import type { RefusedEvent } from '../rows/refuse-rows.js';

/** Rows of a table, and those that it cannot hold. */
export interface TableRows {
  readonly rows: DataFrame;
  /** Each with the place of its section. */
  readonly refused: readonly { readonly section: number; readonly refused: RefusedEvent }[];
  /** Columns that the rows lack: another version of the pipeline gave them to the events, and without them something of these would be lost. */
  readonly more: readonly ColumnSpec[];
}

/** The sections as tables of equal columns: those of frames that an earlier version made get null for columns that were added since. */
function arrowFrames(sections: readonly Section[], columns: readonly ColumnSpec[]): DataFrame[] {
  const frames = sections.filter(({ encoding }) => encoding === 'arrow').map(({ data }) => readDataFrame(data));
  const counts = new Set(frames.map((frame) => columnNames(frame).length));
  return counts.size <= 1 ? frames : frames.map((frame) => conform(frame, columns));
}

/** Of enriched events, another version of the pipeline may have made some with other types. Where it has not, one look at all of them says so. */
export function enrichedRows(sections: readonly Section[], columns: readonly ColumnSpec[], table: string): TableRows {
  const frames = sections.map(({ data }) => readDataFrame(data));
  const runs = concatRuns(frames);
  const more = unknownIn(runs, columns);
  if (runs.length === 1 && !fitColumns(runs[0]!, columns)) return { rows: runs[0]!, refused: [], more };
  const fitted = frames.map((frame) => fitRows(frame, columns, `table ${table}`, Infinity));
  return {
    rows: concatDataFrames(fitted.map((one, at) => conform(one?.rows ?? frames[at]!, columns))),
    refused: fitted.flatMap((one, section) => (one?.refused ?? []).map((refused) => ({ section, refused }))),
    more,
  };
}

/** Columns that are none of these, and those that have more fields; where types differ, as the first rows have them. */
function unknownIn(frames: readonly DataFrame[], columns: readonly ColumnSpec[]): ColumnSpec[] {
  const known = new Map(columns.map((column) => [column.name, column]));
  const more = new Map<string, ColumnSpec>();
  for (const frame of frames) {
    const names = columnNames(frame).filter((name) => mayTellMore(known.get(name)));
    for (const column of describe(frame, names)) {
      const is = known.get(column.name);
      const type = is ? mergedType(is.type, column.type) : column.type;
      if (type === undefined || (is && isSame(type, is.type))) continue;
      const wider = { ...column, type };
      known.set(column.name, wider);
      more.set(column.name, wider);
    }
  }
  return [...more.values()];
}

/** Only objects can have more fields; a column that nobody knows can be anything. */
function mayTellMore(column: ColumnSpec | undefined): boolean {
  return column === undefined || isNested(column.type);
}

/** The rows of all sections of lines, as one table, if there are any. */
function linesOf(sections: readonly Section[], columns: readonly ColumnSpec[]): DataFrame[] {
  const lines = sections.filter(({ encoding }) => encoding === 'ndjson').map(({ data }) => data);
  return lines.length === 0 ? [] : [readResults(Buffer.concat(lines), columns)];
}

/** Raw events. What stages take for their arrival is the stream's time: bronze calls it by its name. */
export function rawTableRows(sections: readonly Section[]): TableRows {
  return {
    rows: withCopy(concatDataFrames(arrowFrames(sections, rawColumns)), '_arrived_at', '_published_at'),
    refused: [],
    more: [],
  };
}

/** Rows that have the columns of their table: refused events, results. */
export function plainRows(sections: readonly Section[], columns: readonly ColumnSpec[]): TableRows {
  return {
    rows: concatDataFrames([...arrowFrames(sections, columns), ...linesOf(sections, columns)]),
    refused: [],
    more: [],
  };
}
