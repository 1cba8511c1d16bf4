/** NATS cannot be used: nobody answers, it has no JetStream, or it refuses us. The message says what to set. */
export class NatsUnavailableError extends Error {
  override readonly name = 'NatsUnavailableError';
}
