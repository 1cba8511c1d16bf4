/** Time as the model sees it: now, and things that happen later. */

/** Whose event it is: nothing of an owner happens while it is paused, or after it is gone. */
export interface Owner {
  readonly name: string;
}

export interface Timeline {
  /** Epoch ms, with fractions. */
  readonly nowMs: number;
  /** Runs `run` after `delayMs`. @returns a function that calls it off */
  after(delayMs: number, owner: Owner, run: () => void): () => void;
}

/** The clock on the wall: for the conformance suite, where the model stands beside real servers. */
export const realTimeline: Timeline = {
  get nowMs() {
    return Date.now();
  },
  after(delayMs, _, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
