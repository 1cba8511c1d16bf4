/** Builder for 128-bit decimals: two's complement of the unscaled units, least significant word first. */
import { type ColumnBuilder, initialRows } from './column-builder.js';
import { grownWords, Nulls } from './nulls.js';

const two32 = 4_294_967_296;

/** Decimals of one precision and scale; 12.34 at scale 2 is 1234 units. */
export class DecimalBuilder implements ColumnBuilder {
  rows = 0;
  readonly rowBytes = 16;
  #words = new Int32Array(initialRows * 4);
  readonly nulls = new Nulls();

  /** @param units a safe integer (`Number.isSafeInteger`); anything else needs `appendBigInt` */
  append(units: number): void {
    const at = this.#place();
    const words = this.#words;
    const sign = units < 0 ? -1 : 0;
    words[at] = units;
    words[at + 1] = Math.floor(units / two32);
    words[at + 2] = sign;
    words[at + 3] = sign;
  }

  /** @param units within the precision of the type, so within ±10^38 */
  appendBigInt(units: bigint): void {
    const at = this.#place();
    for (let word = 0; word < 4; word++) {
      this.#words[at + word] = Number(BigInt.asIntN(32, units >> BigInt(word * 32)));
    }
  }

  appendNull(): void {
    this.nulls.note(this.rows);
    this.append(0);
  }

  buffers(): readonly Uint8Array[] {
    return [new Uint8Array(this.#words.buffer, 0, this.rows * 16)];
  }

  reset(): void {
    this.rows = 0;
    this.nulls.reset();
  }

  #place(): number {
    const at = this.rows++ * 4;
    if (at === this.#words.length) this.#words = grownWords(this.#words);
    return at;
  }
}
