/** The missing values of a column under construction. */

const complete = new Uint8Array(0);

/** Collects which rows are missing. A column without missing values never touches the bitmap. */
export class Nulls {
  count = 0;
  #missing = new Uint8Array(32);

  note(row: number): void {
    const at = row >> 3;
    if (at >= this.#missing.length) this.#missing = grown(this.#missing, at + 1);
    this.#missing[at] = (this.#missing[at] ?? 0) | (1 << (row & 7));
    this.count++;
  }

  /** The validity bitmap as Arrow lays it out (bit `row & 7` of byte `row >> 3`, 1 = there is a value); empty when nothing is missing. */
  validity(rows: number): Uint8Array {
    if (this.count === 0) return complete;
    const bitmap = new Uint8Array((rows + 7) >> 3);
    for (let i = 0; i < bitmap.length; i++) bitmap[i] = ~(this.#missing[i] ?? 0);
    return bitmap;
  }

  reset(): void {
    if (this.count > 0) this.#missing.fill(0);
    this.count = 0;
  }
}

/** A copy with room for at least `bytesMin`, at least doubled, zero behind the old content. */
export function grown(bytes: Uint8Array<ArrayBuffer>, bytesMin: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(bytes.length * 2, bytesMin));
  larger.set(bytes);
  return larger;
}

/** The same for 32-bit words. */
export function grownWords(words: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(words.length * 2);
  larger.set(words);
  return larger;
}
