/** Whether a reference table can be joined by its key: each value stands in one row, or a join would multiply events. */
import { columnNames, type DataFrame, rowCount } from '#columns/polars/data-frames';
import { rowsNdjson } from '#columns/polars/rows-ndjson';
import { quoteName, runSql } from '#columns/polars/sql';

/** What is wrong with `table`, or undefined. Rows without a key never join, so there may be several. */
export function referenceProblem(table: DataFrame, key: string): string | undefined {
  const names = columnNames(table);
  if (!names.includes(key)) return `it has no column "${key}", which is its key; it has ${names.join(', ')}`;
  const [one, other] = rowsWithOneKey(table, key) ?? [];
  if (one === undefined || other === undefined) return undefined;
  return `its key "${key}" has one value in rows ${one + 1} and ${other + 1}, so a join would multiply events: keep one`;
}

/** Two rows of one key, from 0; undefined when there are none. Not the value: it may be somebody's name, and problems go to logs. */
function rowsWithOneKey(table: DataFrame, key: string): readonly [number, number] | undefined {
  const quoted = quoteName(key);
  const twice = runSql(
    `SELECT ${quoted} FROM t WHERE ${quoted} IS NOT NULL GROUP BY ${quoted} HAVING COUNT(*) > 1 LIMIT 1`,
    { t: table },
  );
  if (rowCount(twice) === 0) return undefined;
  const value = rowsNdjson(twice)[0]!;
  const values = rowsNdjson(runSql(`SELECT ${quoted} FROM t`, { t: table }));
  const first = values.indexOf(value);
  return [first, values.indexOf(value, first + 1)];
}
