/** How much the tables of a lake-writer hold at once: frames that wait for a commit, and frames of which a commit is being made. */

/** A commit takes many times the bytes of its frames, which are compressed: so a part of what waits may be in the making. */
const committingShare = 0.25;

export class LakeBudget {
  /** A table that holds so many bytes of frames commits, whatever else its bounds are. */
  readonly tableBytesMax: number;
  readonly #committingBytesMax: number;
  #committing = 0;
  readonly #waiting: Array<() => void> = [];

  /** @param bytesMax of frames held by all tables together @param tables how many share it */
  constructor(bytesMax: number, tables: number) {
    this.tableBytesMax = Math.ceil(bytesMax / Math.max(1, tables));
    this.#committingBytesMax = bytesMax * committingShare;
  }

  /** Makes a commit out of `bytes` bytes of frames when there is room for it beside the others; one alone has always room. */
  async commit<Result>(bytes: number, work: () => Promise<Result>): Promise<Result> {
    while (this.#committing > 0 && this.#committing + bytes > this.#committingBytesMax)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#committing += bytes;
    try {
      return await work();
    } finally {
      this.#committing -= bytes;
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }
}
