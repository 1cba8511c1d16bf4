/** A task starts again on purpose, to take its input in another way. The message has nothing of the data. */

export class RestartError extends Error {
  override readonly name = 'RestartError';
}
