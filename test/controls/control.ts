/** What a negative control is: the product, broken on purpose at one point, to see whether the tests notice. */

/** One change of a source file. */
export interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  /** Must occur exactly once in the file: otherwise the control no longer says what it breaks. */
  readonly find: string;
  readonly replace: string;
}

export interface Control {
  /** What is broken, and what must go wrong because of it. */
  readonly breaks: string;
  readonly edits: readonly Edit[];
}
