/** Builder for UTF-8 strings: one growing byte buffer and an offset per row. */
import { Buffer } from 'node:buffer';
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
  readonly nulls = new Nulls();

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

  buffers(): readonly Uint8Array[] {
    return [new Uint8Array(this.offsets.buffer, 0, (this.rows + 1) * 4), this.bytes.subarray(0, this.valueBytes)];
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
