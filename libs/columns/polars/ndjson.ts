/** Lines of JSON as columns of given types. */
import pl, { type DataFrame } from 'nodejs-polars';
import type { ColumnSpec, ColumnType } from '../types/column-spec.js';
import { DataFrameError, messageOf } from '../types/data-frame-error.js';
import { rowCount, slice } from './data-frames.js';

/**
 * Reads one JSON object a line: strings, int64 and float64 numbers (exactly) and booleans; int32 comes as int64. Types that
 * JSON has no exact form for come as the strings they were written as. A missing value is null, further fields are ignored.
 * Throws DataFrameError.
 */
export function readNdjson(bytes: Uint8Array, columns: readonly ColumnSpec[]): DataFrame {
  try {
    // The reader takes no schema, it infers types; with a first line that shows them and is cut off again, it must be right.
    const typeLine = JSON.stringify(Object.fromEntries(columns.map(({ name, type }) => [name, typical(type)])));
    const lines = Buffer.concat([Buffer.from(`${typeLine}\n`), bytes]);
    const frame = pl.readJSON(lines, { format: 'lines', inferSchemaLength: 1 });
    return slice(frame, 1, rowCount(frame) - 1);
  } catch (cause) {
    throw new DataFrameError(`${bytes.byteLength} bytes could not be read as lines of JSON: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function typical({ kind }: ColumnType): string | number | boolean {
  if (kind === 'int32' || kind === 'int64') return 0;
  if (kind === 'float64') return 0.5;
  return kind === 'bool' ? true : '';
}
