/** The errors of a table: this writer or reader cannot go on with it, or must read it again. */

/** Another writer has committed what this one was about to. */
export class SupersededError extends Error {
  override readonly name = 'SupersededError';
}

export class TableHaltedError extends Error {
  override readonly name = 'TableHaltedError';

  constructor(
    readonly table: string,
    reason: string,
  ) {
    super(`Table ${table} cannot be used: ${reason}.`);
  }
}
