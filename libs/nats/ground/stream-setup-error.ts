/** Streams or buckets that Afluente needs cannot be made or used; the message says what to do. */
export class StreamSetupError extends Error {
  override readonly name = 'StreamSetupError';
}
