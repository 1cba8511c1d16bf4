/** Data frames: Arrow IPC bytes in and out, and the column types the rest of the system speaks of. */
import { types } from 'node:util';
import pl, { type DataFrame } from 'nodejs-polars';
import type { ColumnSpec, ColumnType } from './column-spec.js';
import { FrameError, messageOf } from './frame-error.js';
import { frameOf, nativeOf } from './native-frame.js';
import { quoteName, runSql } from './sql.js';

export { describe } from './describe.js';
export { FrameError, withoutValues } from './frame-error.js';
export type { DataFrame } from 'nodejs-polars';

export type FrameCompression = 'uncompressed' | 'lz4' | 'zstd';

/** Reads an Arrow IPC file. The bytes are viewed, not copied. Throws FrameError. */
export function readFrame(bytes: Uint8Array): DataFrame {
  const view = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const frame = pl.readIPC(view);
    const native: unknown = nativeOf(frame);
    if (types.isNativeError(native)) throw native;
    return frame;
  } catch (cause) {
    throw new FrameError(`${bytes.byteLength} bytes could not be read as an Arrow IPC file: ${messageOf(cause)}`, { cause });
  }
}

/** Writes an Arrow IPC file. Equal rows in equal chunks give equal bytes. */
export function writeFrame(frame: DataFrame, compression: FrameCompression): Uint8Array {
  return frame.writeIPC({ compression });
}

/** Stacks frames of equal columns, in order, into contiguous memory (3 µs per small frame). Throws FrameError when there is none or they differ. */
export function concatFrames(frames: readonly DataFrame[]): DataFrame {
  const [first, ...rest] = frames;
  if (first === undefined) throw new FrameError('There is no frame to concatenate: pass at least one');
  if (rest.length === 0) return first;
  try {
    const stacked = nativeOf(first).clone();
    for (const frame of rest) stacked.vstackMut(nativeOf(frame));
    return frameOf(stacked.rechunk());
  } catch (cause) {
    throw new FrameError(`Frames cannot be stacked, their columns differ: ${messageOf(cause)}`, { cause });
  }
}

/** Rows `start` (inclusive) to `start + rows`; shares memory with the frame. */
export function slice(frame: DataFrame, start: number, rows: number): DataFrame {
  return frameOf(nativeOf(frame).slice(start, rows));
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
  return frameOf(nativeOf(frame).rechunk());
}

/** A frame with these columns and no rows. */
export function emptyFrame(columns: readonly ColumnSpec[]): DataFrame {
  const items = columns.map(({ name, type }) => `CAST(NULL AS ${sqlType(type)}) AS ${quoteName(name)}`);
  const frame = runSql(`SELECT ${items.join(', ')} FROM seed`, { seed: pl.DataFrame({ seed: [0] }).slice(0, 0) });
  return asTimestamps(frame, columns.filter(({ type }) => type.kind === 'timestamp').map(({ name }) => name));
}

/** Turns int64 columns of microseconds since the epoch into timestamps (us, UTC): SQL has no cast to a time with a zone. */
export function asTimestamps(frame: DataFrame, names: readonly string[]): DataFrame {
  return names.length === 0 ? frame : frame.withColumns(...names.map(timestampExpression));
}

/** The value of an int column in one row. Cheap: other columns are not touched, and may be of any type. */
export function intAt(frame: DataFrame, column: string, row: number): number {
  return Number(nativeOf(frame).select([column]).toRow(row)[0]);
}

/** The type SQL casts to; timestamps are int64 microseconds until asTimestamps. */
export function sqlType(type: ColumnType): string {
  if (type.kind === 'decimal') return `DECIMAL(${type.precision},${type.scale})`;
  return sqlTypes[type.kind];
}

const sqlTypes = {
  string: 'VARCHAR', binary: 'BLOB', int32: 'INTEGER', int64: 'BIGINT', float64: 'DOUBLE', bool: 'BOOLEAN', date: 'DATE', timestamp: 'BIGINT',
} as const;

type Expression = ReturnType<typeof pl.col>;
const expressions = new Map<string, Expression>();

/** Building an expression costs 0.6 ms, so each is built once per column name. */
function timestampExpression(name: string): Expression {
  const known = expressions.get(name);
  if (known !== undefined) return known;
  const built = pl.col(name).cast(pl.Datetime('us', 'UTC'));
  expressions.set(name, built);
  return built;
}
