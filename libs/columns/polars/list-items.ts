/** The items of lists as rows. */
import pl, { type DataFrame } from 'nodejs-polars';
import { columnNames } from './data-frames.js';
import { quoteName, runSql } from './sql.js';

/**
 * A row for each item of the lists in column `list`, in order: the item stands in the place of the list, the other columns are repeated, and `position` says
 * which item it is, from 0 (int32). Missing and empty lists make no rows, missing items do.
 */
export function listItems(frame: DataFrame, list: string, position: string): DataFrame {
  const quoted = quoteName(list);
  const filled = runSql(`SELECT * FROM t WHERE ARRAY_LENGTH(${quoted}) > 0`, { t: frame });
  const lengths = runSql(`SELECT ARRAY_LENGTH(${quoted}) AS n FROM t`, { t: filled }).rows();
  const positions = Int32Array.from(
    lengths.flatMap(([length]) => Array.from({ length: Number(length) }, (_, at) => at)),
  );
  const items = filled.explode(list).withColumns(pl.Series(position, positions));
  const names = columnNames(frame).flatMap((name) => (name === list ? [position, name] : [name]));
  return runSql(`SELECT ${names.map(quoteName).join(', ')} FROM t`, { t: items });
}
