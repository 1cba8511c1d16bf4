/** Builder for booleans, one bit per row. */
import { type ColumnBuilder, initialRows } from './column-builder.js';
import { grown, Nulls } from './nulls.js';

/** Booleans: bit `row & 7` of byte `row >> 3`. */
export class BoolBuilder implements ColumnBuilder {
  rows = 0;
  readonly rowBytes = 1 / 8;
  #bits = new Uint8Array(initialRows / 8);
  readonly nulls = new Nulls();

  append(value: boolean): void {
    const at = this.rows >> 3;
    if (at === this.#bits.length) this.#bits = grown(this.#bits, 0);
    const bit = 1 << (this.rows++ & 7);
    const byte = this.#bits[at] ?? 0;
    this.#bits[at] = value ? byte | bit : byte & ~bit;
  }

  appendNull(): void {
    this.nulls.note(this.rows);
    this.append(false);
  }

  buffers(): readonly Uint8Array[] {
    return [this.#bits.subarray(0, (this.rows + 7) >> 3)];
  }

  reset(): void {
    this.rows = 0;
    this.nulls.reset();
  }
}
