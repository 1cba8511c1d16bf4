/** Builder for UTF-8 strings: one growing byte buffer and an offset per row. */
import { Buffer } from 'node:buffer';
import { type Data, makeData, Utf8 } from 'apache-arrow';
import { type ColumnBuilder, initialRows } from './arrow-column.js';
import { grownWords, Nulls } from './arrow-nulls.js';

/** Up to this many characters a loop beats the call into native code. */
const loopChars = 20;

/** Strings; unpaired surrogates become U+FFFD, so whoever must not change a value checks `isWellFormed` before. */
export class StringBuilder implements ColumnBuilder {
  rows = 0;
  readonly rowBytes = 4;
  /** UTF-8 bytes of all values so far. */
  valueBytes = 0;
  private bytes = Buffer.allocUnsafeSlow(initialRows * 16);
  private offsets = new Int32Array(initialRows);
  private readonly nulls = new Nulls();
  private readonly type = new Utf8();

  append(value: string): void {
    const start = this.valueBytes;
    const chars = value.length;
    // 3 bytes is the most a UTF-16 code unit can take in UTF-8.
    if (start + chars * 3 > this.bytes.length) this.grow(start + chars * 3);
    this.valueBytes = start + (chars <= loopChars ? this.writeShort(value, start) : this.bytes.write(value, start));
    this.endRow();
  }

  appendNull(): void {
    this.nulls.note(this.rows);
    this.endRow();
  }

  data(): Data {
    return makeData({
      type: this.type,
      length: this.rows,
      valueOffsets: this.offsets.subarray(0, this.rows + 1),
      data: this.bytes.subarray(0, this.valueBytes),
      ...this.nulls.validity(this.rows),
    });
  }

  reset(): void {
    this.rows = 0;
    this.valueBytes = 0;
    this.nulls.reset();
  }

  private endRow(): void {
    const next = ++this.rows;
    if (next === this.offsets.length) this.offsets = grownWords(this.offsets);
    this.offsets[next] = this.valueBytes;
  }

  private writeShort(value: string, start: number): number {
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 127) return this.bytes.write(value, start);
      this.bytes[start + i] = code;
    }
    return value.length;
  }

  private grow(bytesMin: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, bytesMin));
    larger.set(this.bytes.subarray(0, this.valueBytes));
    this.bytes = larger;
  }
}
