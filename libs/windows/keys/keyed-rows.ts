/** Byte strings in order of arrival, end to end, and a table that finds each by its hash. */
import { grown } from '../cells/cells.js';

const firstRows = 8;
const firstKeyBytes = 64;
/** A lookup table has at least so many places for a row. */
const slotsPerRow = 2;

export class KeyedRows {
  rows = 0;
  #capacity = 0;
  #keys = Buffer.alloc(0);
  #ends = new Uint32Array(0);
  #hashes = new Uint32Array(0);
  /** Row + 1 by hash; 0 is free. */
  #slots = new Uint32Array(0);

  /** Memory it takes, about. */
  get bytes(): number {
    return this.#keys.length + this.#ends.byteLength + this.#hashes.byteLength + this.#slots.byteLength;
  }

  /** For how many rows there is room. */
  get capacity(): number {
    return this.#capacity;
  }

  /** All keys, end to end. */
  get keys(): Buffer {
    return this.#keys;
  }

  keyStart(row: number): number {
    return row === 0 ? 0 : this.#ends[row - 1]!;
  }

  keyEnd(row: number): number {
    return this.#ends[row]!;
  }

  hash(row: number): number {
    return this.#hashes[row]!;
  }

  /** Row of a key; -1 when it is not there. */
  find(hash: number, bytes: Uint8Array, start: number, end: number): number {
    if (this.rows === 0) return -1;
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = this.#slots[slot]! - 1;
      if (row < 0) return -1;
      if (this.#hashes[row] === hash && this.#isKey(row, bytes, start, end)) return row;
    }
  }

  /** Row of a key that is not there yet. */
  add(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const row = this.rows;
    if (row === this.#capacity) this.reserve(Math.max(firstRows, row * 2));
    const keyStart = this.keyStart(row);
    const keyEnd = keyStart + end - start;
    if (keyEnd > this.#keys.length) this.#reserveKeys(Math.max(firstKeyBytes, keyEnd + (keyEnd >> 1)));
    if (end - start > 64) this.#keys.set(bytes.subarray(start, end), keyStart);
    else for (let i = start, at = keyStart; i < end; i++) this.#keys[at++] = bytes[i]!;
    this.#ends[row] = keyEnd;
    this.#hashes[row] = hash;
    this.rows += 1;
    this.#place(row);
    return row;
  }

  /** Makes room for so many rows. */
  reserve(rows: number): void {
    if (rows <= this.#capacity) return;
    this.#capacity = rows;
    this.#ends = grown(this.#ends, rows);
    this.#hashes = grown(this.#hashes, rows);
    let slots = 1;
    while (slots < rows * slotsPerRow) slots *= 2;
    this.#slots = new Uint32Array(slots);
    for (let row = 0; row < this.rows; row++) this.#place(row);
  }

  #reserveKeys(bytes: number): void {
    const larger = Buffer.alloc(bytes);
    larger.set(this.#keys);
    this.#keys = larger;
  }

  #place(row: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashes[row]! & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = row + 1;
  }

  #isKey(row: number, bytes: Uint8Array, start: number, end: number): boolean {
    let at = this.keyStart(row);
    if (this.#ends[row]! - at !== end - start) return false;
    for (let i = start; i < end; i++) if (this.#keys[at++] !== bytes[i]) return false;
    return true;
  }
}
