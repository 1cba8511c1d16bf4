/** The SQL of one window: from events to accumulators, from accumulators to results. */
import type { ColumnSpec } from '#columns/column-spec';
import { sqlType } from '#columns/frames';
import { quoteName } from '#columns/sql';
import { type Accumulator, accumulatorName, accumulators, dirtyColumn, eventsColumn, revisionColumn, startColumn, valueColumn } from './accumulators.js';
import type { Measure } from './measure.js';
import { distinctMeasures, type WindowSpec } from './window-spec.js';

const microsPerMs = 1000;

/** Events to one row per (window, key). `//` floors, also below zero, so times before 1970 fall into the right window. */
export function reduceQuery(spec: WindowSpec, types: readonly ColumnSpec[]): string {
  const partial = accumulators(spec).map((part) => `${reduced(part, types)} AS ${part.name}`);
  const columns = [`CAST(COUNT(*) AS BIGINT) AS ${eventsColumn}`, ...partial];
  return grouped(spec, [...groupColumns(spec, types), ...columns], `events WHERE ${quoteName(spec.eventTime)} IS NOT NULL`);
}

/** Events to the different values per (window, key) of one distinct measure. */
export function reduceDistinctQuery(spec: WindowSpec, types: readonly ColumnSpec[], column: string): string {
  const value = `${typed(column, types)} AS ${valueColumn}`;
  const where = `${quoteName(spec.eventTime)} IS NOT NULL AND ${quoteName(column)} IS NOT NULL`;
  return `SELECT DISTINCT ${[...groupColumns(spec, types), value].join(', ')} FROM events WHERE ${where} ${ordered(spec.key.length + 2)}`;
}

/** Rows of `kept` windows and `fresh` deltas to one row per (window, key). Tables: kept (optional), fresh. */
export function mergeQuery(spec: WindowSpec, withKept: boolean): string {
  const stamps = `CAST(0 AS BIGINT) AS ${revisionColumn}, CAST(1 AS BIGINT) AS ${dirtyColumn}`;
  const rows = `${withKept ? 'SELECT * FROM kept UNION ALL ' : ''}SELECT *, ${stamps} FROM fresh`;
  return grouped(spec, [...stateKeys(spec), ...mergedParts(spec, 'SUM'), latest(revisionColumn), latest(dirtyColumn)], `(${rows}) AS stacked`);
}

/** Values of one distinct measure, each once. Table: stacked. */
export function mergeDistinctQuery(spec: WindowSpec): string {
  return `SELECT DISTINCT ${[...stateKeys(spec), valueColumn].join(', ')} FROM stacked ${ordered(spec.key.length + 2)}`;
}

/** Marks every row of `due` published. */
export function settleQuery(spec: WindowSpec): string {
  const columns = [...stateKeys(spec), eventsColumn, ...accumulators(spec).map(({ name }) => name)];
  const stamps = `${revisionColumn} + ${dirtyColumn} AS ${revisionColumn}, CAST(0 AS BIGINT) AS ${dirtyColumn}`;
  return `SELECT ${columns.join(', ')}, ${stamps} FROM due`;
}

/** Dirty rows of `due`, in its order, as results; times are int64 microseconds. Tables: due, distinct0, distinct1, … */
export function resultsQuery(spec: WindowSpec): string {
  const times = [
    `${startColumn} * ${microsPerMs} AS window_start`,
    `(${startColumn} + ${spec.sizeMs}) * ${microsPerMs} AS window_end`,
  ];
  const measures = Object.entries(spec.measures).map(([name, measure]) => `${valueOf(spec, name, measure)} AS ${quoteName(name)}`);
  const columns = [...times, ...spec.key.map(quoteName), ...measures, `${revisionColumn} + 1 AS revision`];
  const from = distinctMeasures(spec).length === 0 ? 'due' : `(${withDistinctCounts(spec)}) AS counted`;
  return `SELECT ${columns.join(', ')} FROM ${from} WHERE ${dirtyColumn} = 1`;
}

/** Rows of a table that belong to windows up to (or after) a start. Table: stacked. */
export function splitQuery(side: '<=' | '>', startMs: number): string {
  return `SELECT * FROM stacked WHERE ${startColumn} ${side} ${startMs}`;
}

/** Number of rows of each window, in order of start. Table: stacked. */
export const windowSizesQuery = `SELECT ${startColumn} AS start, COUNT(*) AS size FROM stacked GROUP BY 1 ORDER BY 1`;

/** Events behind the rows of a table. Table: stacked. */
export const eventCountQuery = `SELECT SUM(${eventsColumn}) AS events FROM stacked`;

/** SQL joins never match null keys, so distinct counts are added as rows of their own and grouped in. */
function withDistinctCounts(spec: WindowSpec): string {
  const measures = distinctMeasures(spec);
  const counts = measures.map((_, at) => `SELECT ${stateKeys(spec).join(', ')}, CAST(COUNT(*) AS BIGINT) AS _distinct_${at} FROM distinct${at} GROUP BY ${places(spec.key.length + 1)}`);
  const stacked = `SELECT * FROM due UNION ALL BY NAME ${counts.join(' UNION ALL BY NAME ')}`;
  const columns = [
    ...stateKeys(spec), ...mergedParts(spec, 'MAX'), latest(revisionColumn), latest(dirtyColumn),
    ...measures.map((_, at) => `MAX(_distinct_${at}) AS _distinct_${at}`),
  ];
  return grouped(spec, columns, `(${stacked}) AS stacked`);
}

function valueOf(spec: WindowSpec, name: string, measure: Measure): string {
  if (measure.fn === 'count') return eventsColumn;
  if (measure.fn === 'distinct') return `COALESCE(_distinct_${distinctMeasures(spec).findIndex((known) => known.measure === name)}, CAST(0 AS BIGINT))`;
  if (measure.fn === 'min' || measure.fn === 'max') return accumulatorName(spec, measure.fn, measure.column);
  const sum = accumulatorName(spec, 'sum', measure.column);
  const count = accumulatorName(spec, 'count', measure.column);
  const value = measure.fn === 'sum' ? sum : `CAST(${sum} AS DOUBLE) / CAST(${count} AS DOUBLE)`;
  return `CASE WHEN ${count} > 0 THEN ${value} END`;
}

function reduced({ fn, column }: Accumulator, types: readonly ColumnSpec[]): string {
  if (fn === 'count') return `CAST(COUNT(${quoteName(column)}) AS BIGINT)`;
  const int32 = types.find(({ name }) => name === column)?.type.kind === 'int32';
  // A sum of int32 would stay int32 and wrap.
  return `${fn.toUpperCase()}(${fn === 'sum' && int32 ? `CAST(${quoteName(column)} AS BIGINT)` : typed(column, types)})`;
}

/** The column in the one native type that its kind stands for (UInt32 as int64, …), so that all frames stack. */
function typed(column: string, types: readonly ColumnSpec[]): string {
  const type = types.find(({ name }) => name === column)?.type;
  const cast = type?.kind === 'int64' || type?.kind === 'float64' || type?.kind === 'string';
  return cast ? `CAST(${quoteName(column)} AS ${sqlType(type)})` : quoteName(column);
}

function groupColumns(spec: WindowSpec, types: readonly ColumnSpec[]): string[] {
  const start = `(CAST(${quoteName(spec.eventTime)} AS BIGINT) // ${spec.sizeMs * microsPerMs}) * ${spec.sizeMs} AS ${startColumn}`;
  return [start, ...spec.key.map((key) => `${typed(key, types)} AS ${quoteName(key)}`)];
}

function stateKeys(spec: WindowSpec): string[] {
  return [startColumn, ...spec.key.map(quoteName)];
}

function mergedParts(spec: WindowSpec, adding: 'SUM' | 'MAX'): string[] {
  const parts = accumulators(spec).map(({ name, fn }) => (fn === 'min' || fn === 'max' ? `${fn.toUpperCase()}(${name}) AS ${name}` : `${adding}(${name}) AS ${name}`));
  return [`${adding}(${eventsColumn}) AS ${eventsColumn}`, ...parts];
}

function latest(column: string): string {
  return `MAX(${column}) AS ${column}`;
}

function grouped(spec: WindowSpec, columns: readonly string[], from: string): string {
  return `SELECT ${columns.join(', ')} FROM ${from} GROUP BY ${places(spec.key.length + 1)} ${ordered(spec.key.length + 1)}`;
}

function places(count: number): string {
  return Array.from({ length: count }, (_, at) => at + 1).join(', ');
}

function ordered(count: number): string {
  return `ORDER BY ${Array.from({ length: count }, (_, at) => `${at + 1} NULLS FIRST`).join(', ')}`;
}
