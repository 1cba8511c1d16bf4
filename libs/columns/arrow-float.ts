/** Builder for 64-bit floats. */
import { type Data, Float64, makeData } from 'apache-arrow';
import { type ColumnBuilder, initialRows } from './arrow-column.js';
import { Nulls } from './arrow-nulls.js';

/** float64 values. */
export class Float64Builder implements ColumnBuilder {
  rows = 0;
  readonly rowBytes = 8;
  private values = new Float64Array(initialRows);
  private readonly nulls = new Nulls();
  private readonly type = new Float64();

  append(value: number): void {
    if (this.rows === this.values.length) this.grow();
    this.values[this.rows++] = value;
  }

  appendNull(): void {
    this.nulls.note(this.rows);
    this.append(0);
  }

  data(): Data {
    return makeData({ type: this.type, length: this.rows, data: this.values, ...this.nulls.validity(this.rows) });
  }

  reset(): void {
    this.rows = 0;
    this.nulls.reset();
  }

  private grow(): void {
    const larger = new Float64Array(this.values.length * 2);
    larger.set(this.values);
    this.values = larger;
  }
}
