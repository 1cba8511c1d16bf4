/** Bounds the work that one event may cost: no event may hold up the ones behind it. */

/**
 * Checks that the contract may need for one event. A check is one keyword at one place, one character of a text for each instruction
 * of a pattern, or one value that is compared: 2 to 60 ns each, so that an event takes at most about a second. Most take a few hundred.
 */
export const workMax = 20_000_000;

/** The event needs more work than `workMax`. */
export class TooComplexError extends Error {
  override readonly name = 'TooComplexError';
}

/** Made once: the stack of an event says nothing, and taking it costs more than most events. */
const tooComplex = new TooComplexError(`needs more than ${workMax} checks`);

/** What is left for the event at hand. */
export class Work {
  #left = workMax;

  /** A new event begins. */
  begin(): void {
    this.#left = workMax;
  }

  /** @throws TooComplexError when the event has used up its work */
  readonly spend = (checks: number): void => {
    this.#left -= checks;
    if (this.#left < 0) throw tooComplex;
  };
}
