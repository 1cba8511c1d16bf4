/** Whether a reference table can be joined by its key: each value stands in one row, or a join would multiply events. */
import { columnNames, type DataFrame } from '#columns/frames';
import { rowsNdjson } from '#columns/rows-ndjson';
import { quoteName, runSql } from '#columns/sql';

/** What is wrong with `table`, or undefined. Rows without a key never join, so there may be several. */
export function referenceProblem(table: DataFrame, key: string): string | undefined {
  const names = columnNames(table);
  if (!names.includes(key)) return `it has no column "${key}", which is its key; it has ${names.join(', ')}`;
  const quoted = quoteName(key);
  const [twice] = rowsNdjson(runSql(`SELECT ${quoted} AS value, COUNT(*) AS times FROM t WHERE ${quoted} IS NOT NULL GROUP BY ${quoted} HAVING COUNT(*) > 1 LIMIT 1`, { t: table }));
  if (twice === undefined) return undefined;
  const { value, times } = JSON.parse(twice) as { value: unknown; times: number };
  return `its key "${key}" has the value ${JSON.stringify(value)} in ${times} rows, so a join would multiply events: keep one`;
}
