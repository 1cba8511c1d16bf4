/** Ways in which all texts at a place could be written. */

/** One way; ways of one family mean the same, so that it does not matter which of them is taken. */
export interface Way<T> {
  readonly family: string;
  /** Undefined for a text that is not written so. */
  readonly read: (text: string) => T | undefined;
}

export class WaysAlive<T, W extends Way<T>> {
  #alive: readonly W[];

  constructor(ways: readonly W[]) {
    this.#alive = ways;
  }

  /** What the text says in the first way that is left; undefined when none is. */
  see(text: string): T | undefined {
    let first: T | undefined;
    if (this.#alive.length === 0) return undefined;
    const left = this.#alive.filter((way) => {
      const value = way.read(text);
      first ??= value;
      return value !== undefined;
    });
    if (left.length < this.#alive.length) this.#alive = left;
    return first;
  }

  /** The way that they are written in, when there is but one that all of them can be meant in. */
  get only(): W | undefined {
    const [first, ...others] = this.#alive;
    return others.every(({ family }) => family === first?.family) ? first : undefined;
  }
}
