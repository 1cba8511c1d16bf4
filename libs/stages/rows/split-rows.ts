/** Cuts a table into pieces whose encoded sections fit into a frame. */
import { type DataFrame, rowCount, slice } from '#columns/polars/data-frames';
import type { Section } from '#frame/sections';

export interface Piece {
  readonly sections: readonly Section[];
  /** Input rows of the piece. */
  readonly rows: number;
}

/** Encodes `frame` whole if it fits into `bytesMax`, else by halves; a single row is given whatever its size. */
export function splitRows(
  frame: DataFrame,
  bytesMax: number,
  encode: (piece: DataFrame) => readonly Section[],
): Piece[] {
  const rows = rowCount(frame);
  const sections = encode(frame);
  const bytes = sections.reduce((sum, section) => sum + section.bytes, 0);
  if (bytes <= bytesMax || rows <= 1) return [{ sections, rows }];
  const half = rows >> 1;
  return [
    ...splitRows(slice(frame, 0, half), bytesMax, encode),
    ...splitRows(slice(frame, half, rows - half), bytesMax, encode),
  ];
}
