/** Builder for UTF-8 strings: one growing byte buffer and an offset per row. */
import { Buffer } from 'node:buffer';
import { type ColumnBuilder, initialRows, keptBytesMax } from './column-builder.js';
import { grownWords, Nulls } from './nulls.js';

/** Up to this many characters a loop beats the call into native code. */
const loopChars = 20;
/** And up to this many bytes it beats the view and the copy that `set` needs. */
const loopBytes = 48;

/** Strings; unpaired surrogates become U+FFFD, so whoever must not change a value checks `isWellFormed` before. */
export class StringBuilder implements ColumnBuilder {
  rows = 0;
  readonly rowBytes = 4;
  /** UTF-8 bytes of all values so far. */
  valueBytes = 0;
  #bytes = Buffer.allocUnsafeSlow(initialRows * 16);
  #offsets = new Int32Array(initialRows);
  readonly nulls = new Nulls();

  append(value: string): void {
    const start = this.valueBytes;
    const chars = value.length;
    // 3 bytes is the most a UTF-16 code unit can take in UTF-8.
    if (start + chars * 3 > this.#bytes.length) this.#grow(start + chars * 3);
    this.valueBytes = start + (chars <= loopChars ? this.#writeShort(value, start) : this.#bytes.write(value, start));
    this.#endRow();
  }

  /** @param source bytes that are UTF-8 from `start` to `end` */
  appendUtf8(source: Uint8Array, start: number, end: number): void {
    const at = this.valueBytes;
    const length = end - start;
    if (at + length > this.#bytes.length) this.#grow(at + length);
    if (length <= loopBytes) for (let i = 0; i < length; i++) this.#bytes[at + i] = source[start + i]!;
    else this.#bytes.set(source.subarray(start, end), at);
    this.valueBytes = at + length;
    this.#endRow();
  }

  appendNull(): void {
    this.nulls.note(this.rows);
    this.#endRow();
  }

  buffers(): readonly Uint8Array[] {
    return [new Uint8Array(this.#offsets.buffer, 0, (this.rows + 1) * 4), this.#bytes.subarray(0, this.valueBytes)];
  }

  reset(): void {
    this.rows = 0;
    this.valueBytes = 0;
    if (this.#bytes.length > keptBytesMax) this.#bytes = Buffer.allocUnsafeSlow(initialRows * 16);
    this.nulls.reset();
  }

  #endRow(): void {
    const next = ++this.rows;
    if (next === this.#offsets.length) this.#offsets = grownWords(this.#offsets);
    this.#offsets[next] = this.valueBytes;
  }

  #writeShort(value: string, start: number): number {
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 127) return this.#bytes.write(value, start);
      this.#bytes[start + i] = code;
    }
    return value.length;
  }

  #grow(bytesMin: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, bytesMin));
    larger.set(this.#bytes.subarray(0, this.valueBytes));
    this.#bytes = larger;
  }
}
