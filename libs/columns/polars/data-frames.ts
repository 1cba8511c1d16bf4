/** Data frames: Arrow IPC bytes in and out, and the column types the rest of the system speaks of. */
import { types } from 'node:util';
import pl, { type DataFrame } from 'nodejs-polars';
import { ColumnsBuilder } from '../build/columns-builder.js';
import { type ColumnSpec, type ColumnType, isNested } from '../types/column-spec.js';
import { DataFrameError, messageOf } from '../types/data-frame-error.js';
import { typeNameOf } from '../types/type-name.js';
import { dataFrameOf, nativeOf } from './native-data-frame.js';
import { quoteName, runSql } from './sql.js';

export type { DataFrame } from 'nodejs-polars';

export type DataFrameCompression = 'uncompressed' | 'lz4' | 'zstd';

/** Reads an Arrow IPC file. The bytes are viewed, not copied. Throws DataFrameError. */
export function readDataFrame(bytes: Uint8Array): DataFrame {
  const view = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const frame = pl.readIPC(view);
    const native: unknown = nativeOf(frame);
    if (types.isNativeError(native)) throw native;
    return frame;
  } catch (cause) {
    throw new DataFrameError(`${bytes.byteLength} bytes could not be read as an Arrow IPC file: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Writes an Arrow IPC file. Equal rows in equal chunks give equal bytes. */
export function writeDataFrame(frame: DataFrame, compression: DataFrameCompression): Uint8Array {
  return frame.writeIPC({ compression });
}

/** Stacks frames of equal columns, in order, into contiguous memory (3 µs per small frame). Throws DataFrameError when there is none or they differ. */
export function concatDataFrames(frames: readonly DataFrame[]): DataFrame {
  const [first, ...rest] = frames;
  if (first === undefined) throw new DataFrameError('There is no frame to concatenate: pass at least one');
  if (rest.length === 0) return first;
  try {
    const stacked = nativeOf(first).clone();
    for (const frame of rest) stacked.vstackMut(nativeOf(frame));
    return dataFrameOf(stacked.rechunk());
  } catch (cause) {
    throw new DataFrameError(`Frames cannot be stacked, their columns differ: ${messageOf(cause)}`, { cause });
  }
}

/** Rows `start` (inclusive) to `start + rows`; shares memory with the frame. */
export function slice(frame: DataFrame, start: number, rows: number): DataFrame {
  return dataFrameOf(nativeOf(frame).slice(start, rows));
}

/** The rows at these places, which are ascending and not none. */
export function pickRows(frame: DataFrame, places: readonly number[]): DataFrame {
  const runs: Array<{ from: number; rows: number }> = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last && last.from + last.rows === place) last.rows++;
    else runs.push({ from: place, rows: 1 });
  }
  return concatDataFrames(runs.map(({ from, rows }) => slice(frame, from, rows)));
}

/** Number of rows, also when a column is called `height`. */
export function rowCount(frame: DataFrame): number {
  return nativeOf(frame).height;
}

/** Names of the columns, also when one is called `columns`. */
export function columnNames(frame: DataFrame): string[] {
  return nativeOf(frame).columns;
}

/** The same rows in contiguous memory of their own. */
export function contiguous(frame: DataFrame): DataFrame {
  return dataFrameOf(nativeOf(frame).rechunk());
}

/** A frame with these columns and no rows. */
export function emptyDataFrame(columns: readonly ColumnSpec[]): DataFrame {
  if (columns.some(({ type }) => isNested(type))) return readDataFrame(new ColumnsBuilder(columns).finish());
  const items = columns.map(({ name, type }) => `CAST(NULL AS ${sqlType(type)}) AS ${quoteName(name)}`);
  const frame = runSql(`SELECT ${items.join(', ')} FROM seed`, { seed: pl.DataFrame({ seed: [0] }).slice(0, 0) });
  return asTimestamps(
    frame,
    columns.filter(({ type }) => type.kind === 'timestamp').map(({ name }) => name),
  );
}

/**
 * Turns int64 columns of microseconds since the epoch, or times of any unit, into timestamps (us, UTC): SQL has no cast to a time with a zone.
 * Column by column, which costs a third of what a query does.
 */
export function asTimestamps(frame: DataFrame, names: readonly string[]): DataFrame {
  if (names.length === 0) return frame;
  const cast = names.reduce((native, name) => native.withColumn(native.column(name).cast(utc, true)), nativeOf(frame));
  return dataFrameOf(cast);
}

/** The frame with one of its columns a second time under another name, as the last column; memory is shared. */
export function withCopy(frame: DataFrame, from: string, name: string): DataFrame {
  const native = nativeOf(frame).select([from]);
  native.rename(from, name);
  return dataFrameOf(nativeOf(frame).hstack(native.getColumns()));
}

/** The value of an int column in one row. Cheap: other columns are not touched, and may be of any type. */
export function intAt(frame: DataFrame, column: string, row: number): number {
  return Number(nativeOf(frame).select([column]).toRow(row)[0]);
}

/** Least and greatest day or time of a date or timestamp column, as near as a number can be; undefined when all are null. Cheap. */
export function timeRange(frame: DataFrame, column: string): readonly [least: number, greatest: number] | undefined {
  const series = nativeOf(frame).column(column);
  const [least, greatest] = [series.min(), series.max()];
  return least === null || greatest === null ? undefined : [least, greatest];
}

/** Whether a text column has an empty text. Cheap. */
export function hasEmptyText(frame: DataFrame, column: string): boolean {
  return nativeOf(frame).column(column).strLengths().min() === 0;
}

export function emptyTextCount(frame: DataFrame, column: string): number {
  return hasEmptyText(frame, column)
    ? rowCount(runSql(`SELECT ${quoteName(column)} FROM t WHERE ${quoteName(column)} = ''`, { t: frame }))
    : 0;
}

export function nullCount(frame: DataFrame, column: string): number {
  return nativeOf(frame).column(column).nullCount();
}

/** The type SQL casts to; timestamps are int64 microseconds until asTimestamps. Throws DataFrameError for nested types, which SQL cannot name. */
export function sqlType(type: ColumnType): string {
  switch (type.kind) {
    case 'struct':
    case 'list':
      throw new DataFrameError(`SQL has no name for the type ${typeNameOf(type)}`);
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    default:
      return sqlTypes[type.kind];
  }
}

const sqlTypes = {
  string: 'VARCHAR',
  binary: 'BLOB',
  int32: 'INTEGER',
  int64: 'BIGINT',
  float64: 'DOUBLE',
  bool: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'BIGINT',
} as const;

const utc = pl.Datetime('us', 'UTC');
