/** Which rows of a column that was read are missing. */

/** One piece of a column as it stood in one record batch. */
export interface BitmapPiece {
  readonly length: number;
  readonly nullCount: number;
  /** Arrow validity bitmap: 1 = there is a value. */
  readonly nullBitmap: Uint8Array;
}

/** Answers "is this row missing?" for a whole column. */
export class Presence {
  private constructor(private readonly bitmap: Uint8Array | undefined) {}

  isNull(row: number): boolean {
    if (this.bitmap === undefined) return false;
    return ((this.bitmap[row >> 3] ?? 0) & (1 << (row & 7))) === 0;
  }

  /** True when no row is missing: the caller may skip asking. */
  get complete(): boolean {
    return this.bitmap === undefined;
  }

  static of(pieces: readonly BitmapPiece[]): Presence {
    if (pieces.every(({ nullCount }) => nullCount <= 0)) return new Presence(undefined);
    const [only] = pieces;
    return new Presence(pieces.length === 1 && only ? only.nullBitmap : joined(pieces));
  }
}

function joined(pieces: readonly BitmapPiece[]): Uint8Array {
  const rows = pieces.reduce((sum, { length }) => sum + length, 0);
  const bitmap = new Uint8Array((rows + 7) >> 3);
  let row = 0;
  for (const piece of pieces) {
    for (let i = 0; i < piece.length; i++, row++) {
      const byte = row >> 3;
      if (present(piece, i)) bitmap[byte] = (bitmap[byte] ?? 0) | (1 << (row & 7));
    }
  }
  return bitmap;
}

function present({ nullCount, nullBitmap }: BitmapPiece, row: number): boolean {
  return nullCount <= 0 || ((nullBitmap[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
}
