/** Exact sums of integers and decimals, whatever their size. */
import { type AnyColumn, DecimalColumn, Int64Column, type NumberColumn } from '#columns/read/column-view';
import { type Cells, grown, pick, sameCells } from './cells.js';
import type { Packer, Unpacker } from './packed-bytes.js';

const limbBits = 48;
const limb = 2 ** limbBits;
const two32 = 2 ** 32;
/** Below it two limbs can be added exactly. */
const limbMax = 2 ** 52;
/** High words within ± this make numbers below `limbMax`. */
const smallHigh = 2 ** 19;

/**
 * A sum is low + middle × 2^48 + high × 2^96, each a whole number in a float: 146 bits, so four million decimals of 38 digits can be added whatever
 * comes in between. A sum that outgrows even that is infinite, and stays so. The upper two take memory only where a sum needs them.
 */
export class ExactSumCells implements Cells {
  #rows = 0;
  #low = new Float64Array(0);
  #middle: Float64Array | undefined;
  #high: Float64Array | undefined;

  get bytes(): number {
    return this.#low.byteLength + (this.#middle?.byteLength ?? 0) + (this.#high?.byteLength ?? 0);
  }

  reserve(rows: number): void {
    this.#rows = rows;
    this.#low = grown(this.#low, rows);
    if (this.#middle) this.#middle = grown(this.#middle, rows);
    if (this.#high) this.#high = grown(this.#high, rows);
  }

  fold(row: number, column: AnyColumn, at: number): void {
    if (column instanceof Int64Column) this.#foldInt64(row, column, at);
    else if (column instanceof DecimalColumn) this.#foldDecimal(row, column, at);
    else this.#addLow(row, (column as NumberColumn).number(at));
  }

  merge(row: number, from: Cells, at: number): void {
    const other = sameCells(from, ExactSumCells);
    this.#addLow(row, other.#low[at]!);
    if (other.#middle) this.#addMiddle(row, other.#middle[at]!);
    if (other.#high) this.#addHigh(row, other.#high[at]!);
  }

  /** The sum, exact; undefined when it is beyond 146 bits. */
  value(row: number): bigint | undefined {
    const high = this.#high?.[row] ?? 0;
    if (!Number.isFinite(high)) return undefined;
    return BigInt(this.#low[row]!) + (BigInt(this.#middle?.[row] ?? 0) << 48n) + (BigInt(high) << 96n);
  }

  /** The sum as a number where it is a safe one without further ado. */
  small(row: number): number | undefined {
    return (this.#middle?.[row] ?? 0) === 0 && (this.#high?.[row] ?? 0) === 0 ? this.#low[row]! : undefined;
  }

  pack(rows: Uint32Array, packer: Packer): void {
    const limbs = [this.#low, this.#middle, this.#high].filter((values) => values !== undefined);
    packer.number((this.#middle ? 1 : 0) + (this.#high ? 2 : 0));
    for (const values of limbs) packer.words(pick(values, rows));
  }

  unpack(rows: Uint32Array, unpacker: Unpacker): void {
    const has = unpacker.number();
    const set = (target: Float64Array, values: Float64Array): void => {
      for (let i = 0; i < rows.length; i++) target[rows[i]!] = values[i]!;
    };
    const zeros = (): Float64Array => new Float64Array(rows.length);
    set(this.#low, unpacker.floats(rows.length));
    if (has & 1 || this.#middle) set(this.#middles, has & 1 ? unpacker.floats(rows.length) : zeros());
    if (has & 2 || this.#high) set(this.#highs, has & 2 ? unpacker.floats(rows.length) : zeros());
  }

  get #middles(): Float64Array {
    this.#middle ??= new Float64Array(this.#rows);
    return this.#middle;
  }

  get #highs(): Float64Array {
    this.#high ??= new Float64Array(this.#rows);
    return this.#high;
  }

  #foldInt64(row: number, { words }: Int64Column, at: number): void {
    const high = words[at * 2 + 1]!;
    const low = words[at * 2]! >>> 0;
    if (high >= -smallHigh && high < smallHigh) return this.#addLow(row, high * two32 + low);
    this.#addLow(row, (high & 0xffff) * two32 + low);
    this.#addMiddle(row, high >> 16);
  }

  #foldDecimal(row: number, { words }: DecimalColumn, at: number): void {
    const [w0, w1, w2, w3] = [words[at * 4]!, words[at * 4 + 1]!, words[at * 4 + 2]!, words[at * 4 + 3]!];
    const high = w1 | 0;
    if (w2 === w3 && (w3 === 0 ? high >= 0 : w3 === 0xffffffff && high < 0) && high >= -smallHigh && high < smallHigh)
      return this.#addLow(row, high * two32 + w0);
    this.#addLow(row, (w1 & 0xffff) * two32 + w0);
    this.#addMiddle(row, w2 * 0x10000 + (w1 >>> 16));
    this.#addHigh(row, w3 | 0);
  }

  /** @param value whole, within ± `limbMax` */
  #addLow(row: number, value: number): void {
    const sum = this.#low[row]! + value;
    if (sum < limbMax && sum > -limbMax) {
      this.#low[row] = sum;
      return;
    }
    const carry = Math.trunc(sum / limb);
    this.#low[row] = sum - carry * limb;
    this.#addMiddle(row, carry);
  }

  #addMiddle(row: number, value: number): void {
    if (value === 0) return;
    const middle = this.#middles;
    const sum = middle[row]! + value;
    if (sum < limbMax && sum > -limbMax) {
      middle[row] = sum;
      return;
    }
    const carry = Math.trunc(sum / limb);
    middle[row] = sum - carry * limb;
    this.#addHigh(row, carry);
  }

  #addHigh(row: number, value: number): void {
    if (value === 0) return;
    const high = this.#highs;
    const sum = high[row]! + value;
    // Infinity less infinity is no number: neither ever becomes a sum again.
    high[row] = sum < limbMax && sum > -limbMax ? sum : Infinity;
  }
}
