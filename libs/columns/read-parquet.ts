/** Parquet files in memory as data frames. */
import pl, { type DataFrame } from 'nodejs-polars';
import { FrameError, messageOf } from './frame-error.js';

/** Reads a Parquet file. Throws FrameError. */
export function readParquet(bytes: Uint8Array): DataFrame {
  try {
    return pl.readParquet(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (cause) {
    throw new FrameError(`${bytes.byteLength} bytes could not be read as a Parquet file: ${messageOf(cause)}`, { cause });
  }
}
