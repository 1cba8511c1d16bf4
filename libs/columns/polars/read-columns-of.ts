/** A few columns of an Arrow IPC file, whatever its compression: the others are not decoded. */
import { types } from 'node:util';
import pl from 'nodejs-polars';
import { type FrameColumns, readColumns } from '../read/read-columns.js';
import { DataFrameError, messageOf } from '../types/data-frame-error.js';
import { nativeOf } from './native-data-frame.js';

/** @throws DataFrameError when the bytes are no Arrow IPC file, or a column is absent */
export function readColumnsOf(bytes: Uint8Array, names: readonly string[]): FrameColumns {
  const view = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const frame = pl.readIPC(view, { columns: [...names] });
    const native: unknown = nativeOf(frame);
    if (types.isNativeError(native)) throw native;
    return readColumns(frame.writeIPC({ compression: 'uncompressed' }));
  } catch (cause) {
    throw new DataFrameError(
      `the columns ${names.join(', ')} could not be read from ${bytes.byteLength} bytes: ${messageOf(cause)}`,
      { cause },
    );
  }
}
