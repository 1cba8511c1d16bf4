/** Results as NDJSON that any client can read, and back to exact column types. */
import type { ColumnSpec } from '#columns/column-spec';
import { asTimestamps, columnNames, type DataFrame, describe, emptyFrame, sqlType } from '#columns/frames';
import { readNdjson } from '#columns/ndjson';
import { quoteName, runSql } from '#columns/sql';
import type { WindowSpec } from './window-spec.js';

const isoSeconds = '%Y-%m-%dT%H:%M:%SZ';
const isoMillis = '%Y-%m-%dT%H:%M:%S%.3fZ';
const isoMicros = '%Y-%m-%dT%H:%M:%S%.6fZ';
/** Reads all of them. */
const isoAny = '%Y-%m-%dT%H:%M:%S%.fZ';
const isoDate = '%Y-%m-%d';

/**
 * One JSON object a line, columns in order: times as ISO 8601 UTC (`2026-01-01T00:00:00Z`; milliseconds when the windows
 * are not whole seconds), dates as `2026-01-01`, decimals as strings, everything else as JSON has it.
 */
export function resultsNdjson(results: DataFrame, spec: WindowSpec): Buffer {
  const items = describe(results, columnNames(results)).map((column) => `${written(column, spec)} AS ${quoteName(column.name)}`);
  return runSql(`SELECT ${items.join(', ')} FROM results`, { results }).writeJSON({ format: 'lines' });
}

/** The rows of NDJSON results as columns of these types; a column that a line lacks is null. Throws when a value does not fit. */
export function readResults(bytes: Uint8Array, columns: readonly ColumnSpec[]): DataFrame {
  if (bytes.byteLength === 0) return emptyFrame(columns);
  const lines = readNdjson(bytes, columns);
  const frame = runSql(`SELECT ${columns.map(parsed).join(', ')} FROM lines`, { lines });
  return asTimestamps(frame, columns.filter(({ type }) => type.kind === 'timestamp').map(({ name }) => name));
}

function written({ name, type }: ColumnSpec, { sizeMs }: WindowSpec): string {
  const quoted = quoteName(name);
  if (type.kind === 'decimal') return `CAST(${quoted} AS VARCHAR)`;
  if (type.kind === 'date') return `STRFTIME(${quoted}, '${isoDate}')`;
  if (type.kind !== 'timestamp') return quoted;
  const isWindowTime = name === 'window_start' || name === 'window_end';
  if (!isWindowTime) return `STRFTIME(${quoted}, '${isoMicros}')`;
  return `STRFTIME(${quoted}, '${sizeMs % 1000 === 0 ? isoSeconds : isoMillis}')`;
}

function parsed({ name, type }: ColumnSpec): string {
  const quoted = quoteName(name);
  if (type.kind === 'timestamp') return `CAST(STRPTIME(${quoted}, '${isoAny}') AS ${sqlType(type)}) AS ${quoted}`;
  if (type.kind === 'date') return `CAST(STRPTIME(CONCAT(${quoted}, 'T00:00:00Z'), '${isoAny}') AS DATE) AS ${quoted}`;
  return type.kind === 'decimal' || type.kind === 'int32' || type.kind === 'binary' ? `CAST(${quoted} AS ${sqlType(type)}) AS ${quoted}` : quoted;
}
