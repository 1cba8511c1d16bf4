/** About how many different values there are, in bounded memory: of more than a few hundred, a sample that the hashes choose is counted. */

const sampleMax = 512;

export class DistinctValues {
  readonly #sample = new Set<number>();
  #every = 1;

  /** @param hash of the value, the same for the same value */
  see(hash: number): void {
    if (hash % this.#every !== 0) return;
    this.#sample.add(hash);
    while (this.#sample.size > sampleMax) {
      this.#every *= 2;
      for (const one of this.#sample) if (one % this.#every !== 0) this.#sample.delete(one);
    }
  }

  /** Exact while `isExact`. */
  get count(): number {
    return this.#sample.size * this.#every;
  }

  get isExact(): boolean {
    return this.#every === 1;
  }
}
