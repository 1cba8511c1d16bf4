/** Counts and sums of floats: numbers that are added. */
import type { AnyColumn, NumberColumn } from '#columns/read/column-view';
import { type Cells, grown, pick, sameCells } from './cells.js';
import type { Packer, Unpacker } from './packed-bytes.js';

/** How many values a row has. */
export class CountCells implements Cells {
  values = new Float64Array(0);

  get bytes(): number {
    return this.values.byteLength;
  }

  reserve(rows: number): void {
    this.values = grown(this.values, rows);
  }

  fold(row: number, _column?: AnyColumn, _at?: number): void {
    this.values[row]! += 1;
  }

  merge(row: number, from: Cells, at: number): void {
    this.values[row]! += sameCells(from, CountCells).values[at]!;
  }

  pack(rows: Uint32Array, packer: Packer): void {
    packer.words(pick(this.values, rows));
  }

  unpack(rows: Uint32Array, unpacker: Unpacker): void {
    const values = unpacker.floats(rows.length);
    for (let i = 0; i < rows.length; i++) this.values[rows[i]!] = values[i]!;
  }
}

/** Sums of floats: their last bits depend on the order of addition. */
export class FloatSumCells extends CountCells {
  override fold(row: number, column: AnyColumn, at: number): void {
    this.values[row]! += (column as NumberColumn).number(at);
  }
}
