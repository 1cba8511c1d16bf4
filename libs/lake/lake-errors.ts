/** The error of a table that this writer or reader cannot go on with. */

export class TableHaltedError extends Error {
  override readonly name = 'TableHaltedError';

  constructor(
    readonly table: string,
    reason: string,
  ) {
    super(`Table ${table} cannot be used: ${reason}.`);
  }
}
