/** Parquet files in memory as data frames. */
import pl, { type DataFrame } from 'nodejs-polars';
import { DataFrameError, messageOf } from '../types/data-frame-error.js';

/** Reads a Parquet file. Throws DataFrameError. */
export function readParquet(bytes: Uint8Array): DataFrame {
  return read(bytes, undefined);
}

/** Reads only these columns of a Parquet file. Throws DataFrameError. */
export function readParquetColumns(bytes: Uint8Array, columns: readonly string[]): DataFrame {
  return read(bytes, { columns: [...columns] });
}

function read(bytes: Uint8Array, options: { columns: string[] } | undefined): DataFrame {
  try {
    return pl.readParquet(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), options);
  } catch (cause) {
    throw new DataFrameError(`${bytes.byteLength} bytes could not be read as a Parquet file: ${messageOf(cause)}`, {
      cause,
    });
  }
}
