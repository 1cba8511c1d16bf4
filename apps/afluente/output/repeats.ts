/** Keeps sentences that come again and again from pushing all others off the screen. */

/** A sentence that comes again within this time is not shown again. */
const quietMs = 30_000;
const sentencesMax = 100;

interface Said {
  shownMs: number;
  left: number;
}

export class Repeats {
  /** In the order in which they were last shown. */
  readonly #said = new Map<string, Said>();

  /** @param nowMs of any clock that does not go back @returns what to show: the sentence, perhaps with how often it was left out; undefined for nothing */
  take(sentence: string, nowMs: number): string | undefined {
    const before = this.#said.get(sentence);
    if (before !== undefined && nowMs - before.shownMs < quietMs) {
      before.left += 1;
      return undefined;
    }
    this.#said.delete(sentence);
    this.#said.set(sentence, { shownMs: nowMs, left: 0 });
    if (this.#said.size > sentencesMax) this.#said.delete(this.#said.keys().next().value!);
    return before === undefined || before.left === 0
      ? sentence
      : `${sentence} (and ${before.left} times since it was last shown)`;
  }
}
