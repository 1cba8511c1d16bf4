/** Rows as lines of JSON, for people and other tools to read. */

import { columnNames, type DataFrame } from './data-frames.js';
import { describe } from './describe.js';
import { quoteName, runSql } from './sql.js';

/** Days and microseconds since the epoch of the years 0001 to 9999. */
const dates = ['-719162', '2932896'] as const;
const timestamps = ['-62135596800000000', '253402300799999999'] as const;

/** One JSON object a row; decimals as strings, times of the years 0001 to 9999 as ISO 8601, others and bytes as null. */
export function rowsNdjson(frame: DataFrame): string[] {
  const items = describe(frame, columnNames(frame)).map(({ name, type }) => {
    const quoted = quoteName(name);
    if (type.kind === 'decimal') return `CAST(${quoted} AS VARCHAR) AS ${quoted}`;
    if (type.kind === 'timestamp')
      return `STRFTIME(${within(quoted, timestamps)}, '%Y-%m-%dT%H:%M:%S%.6fZ') AS ${quoted}`;
    if (type.kind === 'date') return `STRFTIME(${within(quoted, dates)}, '%Y-%m-%d') AS ${quoted}`;
    // What polars cannot write, it panics on.
    return type.kind === 'binary' ? `CAST(NULL AS VARCHAR) AS ${quoted}` : quoted;
  });
  const text = runSql(`SELECT ${items.join(', ')} FROM frame`, { frame })
    .writeJSON({ format: 'lines' })
    .toString();
  return text.split('\n').filter((line) => line !== '');
}

function within(quoted: string, [from, to]: readonly [from: string, to: string]): string {
  return `CASE WHEN CAST(${quoted} AS BIGINT) BETWEEN ${from} AND ${to} THEN ${quoted} END`;
}
