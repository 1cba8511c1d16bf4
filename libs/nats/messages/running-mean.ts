/** The mean of the newest values, for estimates: the plain mean of the first ones, then older values count less and less. */

const valuesMax = 64;

export class RunningMean {
  #mean = 0;
  #values = 0;

  /** 0 before the first value. */
  get value(): number {
    return this.#mean;
  }

  add(value: number): void {
    if (this.#values < valuesMax) this.#values += 1;
    this.#mean += (value - this.#mean) / this.#values;
  }
}
