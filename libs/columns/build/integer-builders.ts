/** Builders for 32-bit and 64-bit integers, which also hold dates and timestamps. */
import { type ColumnBuilder, initialRows } from './column-builder.js';
import { grownWords, Nulls } from './nulls.js';

/** 2^32: a JavaScript number splits into two 32-bit halves without the cost of a BigInt. */
const two32 = 4_294_967_296;

/** int32 values, or days since the epoch. */
export class Int32Builder implements ColumnBuilder {
  rows = 0;
  readonly rowBytes = 4;
  #values = new Int32Array(initialRows);
  readonly nulls = new Nulls();

  /** @param value an integer within ±2^31 */
  append(value: number): void {
    if (this.rows === this.#values.length) this.#values = grownWords(this.#values);
    this.#values[this.rows++] = value;
  }

  appendNull(): void {
    this.nulls.note(this.rows);
    this.append(0);
  }

  buffers(): readonly Uint8Array[] {
    return [new Uint8Array(this.#values.buffer, 0, this.rows * 4)];
  }

  reset(): void {
    this.rows = 0;
    this.nulls.reset();
  }
}

/** int64 values, or microseconds since the epoch in UTC. */
export class Int64Builder implements ColumnBuilder {
  rows = 0;
  readonly rowBytes = 8;
  #words = new Int32Array(initialRows * 2);
  readonly nulls = new Nulls();

  /** @param value a safe integer (`Number.isSafeInteger`); anything else needs `appendBigInt` */
  append(value: number): void {
    const at = this.#place();
    this.#words[at] = value;
    this.#words[at + 1] = Math.floor(value / two32);
  }

  /** @param value an integer within ±2^63 */
  appendBigInt(value: bigint): void {
    const at = this.#place();
    this.#words[at] = Number(BigInt.asIntN(32, value));
    this.#words[at + 1] = Number(BigInt.asIntN(32, value >> 32n));
  }

  appendNull(): void {
    this.nulls.note(this.rows);
    this.append(0);
  }

  buffers(): readonly Uint8Array[] {
    return [new Uint8Array(this.#words.buffer, 0, this.rows * 8)];
  }

  reset(): void {
    this.rows = 0;
    this.nulls.reset();
  }

  #place(): number {
    const at = this.rows++ * 2;
    if (at === this.#words.length) this.#words = grownWords(this.#words);
    return at;
  }
}
