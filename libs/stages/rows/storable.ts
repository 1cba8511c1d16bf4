/** Rows that the tables over them could not hold: they are refused before, each alone, for a table commits all or nothing. */
import { columnNames, type DataFrame, hasEmptyText, timeRange } from '#columns/polars/data-frames';
import { quoteName, runSql } from '#columns/polars/sql';
import type { ColumnSpec } from '#columns/types/column-spec';
import { secondsMax, secondsMin } from '#contract/values/parse-time';
import type { Reason } from '#contract/values/reason';
import { pointerTo } from '#contract/values/rejection';
import type { Table } from '#pipeline/model/model';
import { whyOf } from './refuse-rows.js';
import type { Why } from './rejected-columns.js';

/** What a table asks of a column besides its type. */
export interface Demand {
  readonly column: string;
  /** Whether there may be a value that the table cannot hold: a quick look. */
  suspects(rows: DataFrame): boolean;
  /** SQL, true for such a value. */
  readonly broken: string;
  readonly reason: Reason;
  readonly message: string;
}

const secondsPerDay = 86_400;

/**
 * Delta reads an empty partition value as null ("Partition Value Serialization"), so a text column that a table requires and is partitioned by may
 * not be empty. @param columns of the rows @param tables that hold them
 */
export function neverEmpty(
  columns: readonly ColumnSpec[],
  tables: readonly Pick<Table, 'name' | 'partitionBy'>[],
): Demand[] {
  const required = columns.filter(({ type, nullable }) => type.kind === 'string' && !nullable);
  return required.flatMap(({ name }): Demand[] => {
    const table = tables.find(({ partitionBy }) => partitionBy.includes(name));
    if (!table) return [];
    return [
      {
        column: name,
        suspects: (rows) => hasEmptyText(rows, name),
        broken: `${quoteName(name)} = ''`,
        reason: 'missing_field',
        message: `column "${name}" is empty, and table ${table.name}, which is partitioned by it, requires a value`,
      },
    ];
  });
}

/**
 * Times that a SQL makes may lie anywhere; what a table, or JSON, can say of one are the years 0001 to 9999, and of an event time fewer.
 * @param eventTime column by which windows are made
 */
export function timesWithin(columns: readonly ColumnSpec[], eventTime: string): Demand[] {
  return columns.flatMap(({ name, type: { kind } }): Demand[] => {
    if (kind !== 'timestamp' && kind !== 'date') return [];
    const isEventTime = name === eventTime;
    const [from, to, years] =
      kind === 'date'
        ? [Math.floor(secondsMin / secondsPerDay), Math.floor(secondsMax / secondsPerDay), '0001 to 9999']
        : isEventTime
          ? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, '1684 to 2255']
          : [`${secondsMin}000000`, `${secondsMax}999999`, '0001 to 9999'];
    const message = `column "${name}" must lie within the years ${years}${isEventTime ? ': it is the event time' : ''}`;
    const suspects = (rows: DataFrame): boolean => {
      const [least, greatest] = timeRange(rows, name) ?? [0, 0];
      return least <= Number(from) || greatest >= Number(to);
    };
    return [
      {
        column: name,
        suspects,
        broken: `CAST(${quoteName(name)} AS BIGINT) NOT BETWEEN ${from} AND ${to}`,
        reason: 'time_out_of_range',
        message,
      },
    ];
  });
}

/** Why rows cannot be stored, by place; undefined when all can. @param by who refuses them */
export function unstorable(
  rows: DataFrame,
  demands: readonly Demand[],
  by: string,
): readonly (Why | undefined)[] | undefined {
  const names = new Set(demands.length === 0 ? [] : columnNames(rows));
  const asked = demands.filter(({ column, suspects }) => names.has(column) && suspects(rows));
  if (asked.length === 0) return undefined;
  const whys = asked.map(({ column, reason, message }) => whyOf(by, reason, message, pointerTo('', column)));
  const found = runSql(`SELECT ${asked.map(({ broken }, i) => `${broken} AS b${i}`).join(', ')} FROM t`, {
    t: rows,
  }).toRecords();
  const byRow = found.map((row) => whys.find((_, i) => row[`b${i}`] === true));
  return byRow.some((why) => why !== undefined) ? byRow : undefined;
}
