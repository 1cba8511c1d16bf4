/** Builder for 64-bit floats. */
import { type ColumnBuilder, initialRows } from './column-builder.js';
import { Nulls } from './nulls.js';

/** float64 values. */
export class Float64Builder implements ColumnBuilder {
  rows = 0;
  readonly rowBytes = 8;
  #values = new Float64Array(initialRows);
  readonly nulls = new Nulls();

  append(value: number): void {
    if (this.rows === this.#values.length) this.#grow();
    this.#values[this.rows++] = value;
  }

  appendNull(): void {
    this.nulls.note(this.rows);
    this.append(0);
  }

  buffers(): readonly Uint8Array[] {
    return [new Uint8Array(this.#values.buffer, 0, this.rows * 8)];
  }

  reset(): void {
    this.rows = 0;
    this.nulls.reset();
  }

  #grow(): void {
    const larger = new Float64Array(this.#values.length * 2);
    larger.set(this.#values);
    this.#values = larger;
  }
}
