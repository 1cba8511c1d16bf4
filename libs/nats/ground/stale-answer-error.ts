/** A server that is behind has answered: ask again. */
export class StaleAnswerError extends Error {
  override readonly name = 'StaleAnswerError';
}
