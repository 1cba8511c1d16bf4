/** Builder for binary values: one growing byte buffer and an offset per row. */
import { type ColumnBuilder, initialRows, keptBytesMax } from './column-builder.js';
import { grown, grownWords, Nulls } from './nulls.js';

/** Up to this many bytes a loop beats the view and the copy that `set` needs. */
const loopBytes = 48;

/** Byte strings, copied in from ranges of larger buffers. */
export class BinaryBuilder implements ColumnBuilder {
  rows = 0;
  readonly rowBytes = 4;
  /** Bytes of all values so far. */
  valueBytes = 0;
  #bytes = new Uint8Array(initialRows * 64);
  #offsets = new Int32Array(initialRows);
  readonly nulls = new Nulls();

  /** Appends the bytes `start` (inclusive) to `end` (exclusive) of the source. */
  append(source: Uint8Array, start = 0, end = source.length): void {
    const at = this.valueBytes;
    const length = end - start;
    if (at + length > this.#bytes.length) this.#bytes = grown(this.#bytes, at + length);
    if (length <= loopBytes) copyLoop(source, start, this.#bytes, at, length);
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
    if (this.#bytes.length > keptBytesMax) this.#bytes = new Uint8Array(initialRows * 64);
    this.nulls.reset();
  }

  #endRow(): void {
    const next = ++this.rows;
    if (next === this.#offsets.length) this.#offsets = grownWords(this.#offsets);
    this.#offsets[next] = this.valueBytes;
  }
}

function copyLoop(source: Uint8Array, from: number, target: Uint8Array, at: number, length: number): void {
  for (let i = 0; i < length; i++) target[at + i] = source[from + i] ?? 0;
}
