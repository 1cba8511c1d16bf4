/** Results, which are lines of JSON that any client can read, back to exact column types. */
import { asTimestamps, type DataFrame, emptyDataFrame, sqlType } from '#columns/polars/data-frames';
import { readNdjson } from '#columns/polars/ndjson';
import { quoteName, runSql } from '#columns/polars/sql';
import type { ColumnSpec } from '#columns/types/column-spec';

/** Reads times with and without fractions of a second. */
const isoAny = '%Y-%m-%dT%H:%M:%S%.fZ';

/** The rows of NDJSON results as columns of these types; a column that a line lacks is null. Throws when a value does not fit. */
export function readResults(bytes: Uint8Array, columns: readonly ColumnSpec[]): DataFrame {
  if (bytes.byteLength === 0) return emptyDataFrame(columns);
  const lines = readNdjson(bytes, columns);
  const frame = runSql(`SELECT ${columns.map(parsed).join(', ')} FROM lines`, { lines });
  return asTimestamps(
    frame,
    columns.filter(({ type }) => type.kind === 'timestamp').map(({ name }) => name),
  );
}

function parsed({ name, type }: ColumnSpec): string {
  const quoted = quoteName(name);
  if (type.kind === 'timestamp') return `CAST(STRPTIME(${quoted}, '${isoAny}') AS ${sqlType(type)}) AS ${quoted}`;
  if (type.kind === 'date') return `CAST(STRPTIME(CONCAT(${quoted}, 'T00:00:00Z'), '${isoAny}') AS DATE) AS ${quoted}`;
  return type.kind === 'decimal' || type.kind === 'int32' || type.kind === 'binary'
    ? `CAST(${quoted} AS ${sqlType(type)}) AS ${quoted}`
    : quoted;
}
