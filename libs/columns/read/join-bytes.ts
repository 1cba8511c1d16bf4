/** Brings every Arrow layout of strings and bytes (32-bit and 64-bit offsets, views) into one: bytes and 32-bit offsets. */
import { type Data, DataType } from 'apache-arrow';

/** Row `i` is `values[offsets[i] … offsets[i + 1]]`. */
export interface JoinedBytes {
  readonly values: Uint8Array;
  readonly offsets: Int32Array;
}

/** One contiguous column of all pieces; a single piece with 32-bit offsets is not copied. */
export function joinBytes(pieces: readonly Data[]): JoinedBytes {
  const [first, ...others] = pieces.map(plain);
  if (first === undefined) return { values: new Uint8Array(0), offsets: new Int32Array(1) };
  return others.length === 0 ? first : concatenated([first, ...others]);
}

function plain(piece: Data): JoinedBytes {
  if (DataType.isUtf8View(piece.type) || DataType.isBinaryView(piece.type)) return fromViews(piece);
  const { valueOffsets, values, length } = piece;
  const offsets = valueOffsets.length > length + 1 ? valueOffsets.subarray(0, length + 1) : valueOffsets;
  if (length === 0) return { values: new Uint8Array(0), offsets: new Int32Array(1) };
  return { values, offsets: offsets instanceof Int32Array ? offsets : Int32Array.from(offsets, Number) };
}

/**
 * A view is 16 bytes: length, then the value itself up to 12 bytes, else 4 bytes of it, a buffer number and an offset
 * (Arrow columnar format, "Variable-size Binary View Layout").
 */
function fromViews({ values, variadicBuffers, length }: Data): JoinedBytes {
  const views = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const offsets = new Int32Array(length + 1);
  for (let row = 0; row < length; row++) offsets[row + 1] = (offsets[row] ?? 0) + views.getInt32(row * 16, true);
  const joined = new Uint8Array(offsets[length] ?? 0);
  for (let row = 0; row < length; row++) {
    const bytes = views.getInt32(row * 16, true);
    const source = bytes <= 12 ? values : variadicBuffers[views.getInt32(row * 16 + 8, true)];
    const start = bytes <= 12 ? row * 16 + 4 : views.getInt32(row * 16 + 12, true);
    if (source === undefined) continue;
    // A view of so few bytes costs more than to copy them one by one.
    if (bytes > 12) joined.set(source.subarray(start, start + bytes), offsets[row]);
    else for (let from = start, to = offsets[row]!; from < start + bytes; from++) joined[to++] = source[from]!;
  }
  return { values: joined, offsets };
}

function concatenated(pieces: readonly JoinedBytes[]): JoinedBytes {
  const rows = pieces.reduce((sum, { offsets }) => sum + offsets.length - 1, 0);
  const bytes = pieces.reduce((sum, { offsets }) => sum + span(offsets), 0);
  const values = new Uint8Array(bytes);
  const joined = new Int32Array(rows + 1);
  let row = 0;
  let at = 0;
  for (const piece of pieces) {
    const base = piece.offsets[0] ?? 0;
    values.set(piece.values.subarray(base, base + span(piece.offsets)), at);
    for (let i = 1; i < piece.offsets.length; i++) joined[++row] = at + (piece.offsets[i] ?? 0) - base;
    at += span(piece.offsets);
  }
  return { values, offsets: joined };
}

function span(offsets: Int32Array): number {
  return (offsets.at(-1) ?? 0) - (offsets[0] ?? 0);
}
