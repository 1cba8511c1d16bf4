/** A limit of the account or of the servers leaves no room for what Afluente needs; the message names it, and says what is needed. */
export class NatsLimitError extends Error {
  override readonly name = 'NatsLimitError';
}
