/** Numbers that name rows, whatever shard they stand in. */
import { type Cells, grown, pick, sameCells } from './cells.js';
import type { Packer, Unpacker } from './packed-bytes.js';

export class IdCells implements Cells {
  values = new Uint32Array(0);

  get bytes(): number {
    return this.values.byteLength;
  }

  reserve(rows: number): void {
    this.values = grown(this.values, rows);
  }

  /** Events have no numbers. */
  fold(): void {}

  merge(row: number, from: Cells, at: number): void {
    this.values[row] = sameCells(from, IdCells).values[at]!;
  }

  pack(rows: Uint32Array, packer: Packer): void {
    packer.words(pick(this.values, rows));
  }

  unpack(rows: Uint32Array, unpacker: Unpacker): void {
    const values = unpacker.whole(rows.length);
    for (let i = 0; i < rows.length; i++) this.values[rows[i]!] = values[i]!;
  }
}
