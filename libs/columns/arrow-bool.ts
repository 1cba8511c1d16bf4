/** Builder for booleans, one bit per row. */
import { Bool, type Data, makeData } from 'apache-arrow';
import { type ColumnBuilder, initialRows } from './arrow-column.js';
import { grown, Nulls } from './arrow-nulls.js';

/** Booleans: bit `row & 7` of byte `row >> 3`. */
export class BoolBuilder implements ColumnBuilder {
  rows = 0;
  readonly rowBytes = 1 / 8;
  private bits = new Uint8Array(initialRows / 8);
  private readonly nulls = new Nulls();
  private readonly type = new Bool();

  append(value: boolean): void {
    const at = this.rows >> 3;
    if (at === this.bits.length) this.bits = grown(this.bits, 0);
    const bit = 1 << (this.rows++ & 7);
    const byte = this.bits[at] ?? 0;
    this.bits[at] = value ? byte | bit : byte & ~bit;
  }

  appendNull(): void {
    this.nulls.note(this.rows);
    this.append(false);
  }

  data(): Data {
    return makeData({ type: this.type, length: this.rows, data: this.bits, ...this.nulls.validity(this.rows) });
  }

  reset(): void {
    this.rows = 0;
    this.nulls.reset();
  }
}
