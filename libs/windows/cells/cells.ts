/** The values of one column of a table of keys, by row. */
import type { AnyColumn } from '#columns/read/column-view';
import type { Packer, Unpacker } from './packed-bytes.js';

/** Rows that were never written hold what folding nothing gives. */
export interface Cells {
  /** Memory that the values take, about. */
  readonly bytes: number;
  /** Makes room for `rows` rows; never for fewer than before. */
  reserve(rows: number): void;
  /** Takes a value that is not null into a row. */
  fold(row: number, column: AnyColumn, at: number): void;
  /** Takes what a row of other cells holds into a row: to a fresh one it is a copy. */
  merge(row: number, from: Cells, at: number): void;
  pack(rows: Uint32Array, packer: Packer): void;
  /** Sets these rows, for which there is room. */
  unpack(rows: Uint32Array, unpacker: Unpacker): void;
}

/** Cells of another class: a bug. */
export function sameCells<C extends Cells>(from: Cells, kind: new (...args: never[]) => C): C {
  if (from instanceof kind) return from;
  throw new TypeError(`Cells of ${from.constructor.name} cannot be merged into ${kind.name}`);
}

/** Values of some rows, in their order. */
export function pick<W extends Float64Array | Uint32Array | BigInt64Array | Uint8Array>(
  values: W,
  rows: Uint32Array,
): W {
  const picked = new (values.constructor as new (length: number) => W)(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i]!]!;
  return picked;
}

/** A larger array with the same values in front. */
export function grown<W extends Float64Array | Uint32Array | BigInt64Array | Uint8Array>(values: W, length: number): W {
  const larger = new (values.constructor as new (length: number) => W)(length);
  larger.set(values as never);
  return larger;
}
