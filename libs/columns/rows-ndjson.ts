/** Rows as lines of JSON, for people and other tools to read. */
import { columnNames, describe, type DataFrame } from './frames.js';
import { quoteName, runSql } from './sql.js';

/** One JSON object a row; decimals as strings, times as ISO 8601. */
export function rowsNdjson(frame: DataFrame): string[] {
  const items = describe(frame, columnNames(frame)).map(({ name, type }) => {
    const quoted = quoteName(name);
    if (type.kind === 'decimal') return `CAST(${quoted} AS VARCHAR) AS ${quoted}`;
    if (type.kind === 'timestamp') return `STRFTIME(${quoted}, '%Y-%m-%dT%H:%M:%S%.6fZ') AS ${quoted}`;
    if (type.kind === 'date') return `STRFTIME(${quoted}, '%Y-%m-%d') AS ${quoted}`;
    return quoted;
  });
  const text = runSql(`SELECT ${items.join(', ')} FROM frame`, { frame }).writeJSON({ format: 'lines' }).toString();
  return text.split('\n').filter((line) => line !== '');
}
