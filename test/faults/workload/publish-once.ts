/** One publish with acknowledgement, and what its answer proves. */
import type { JetStreamClient, PubAck } from '@nats-io/jetstream';
import { JetStreamApiError } from '@nats-io/jetstream';
import { RequestError } from '@nats-io/transport-node';

export type Answer =
  | { readonly kind: 'stored'; readonly seq: number }
  /** The server knows the Msg-Id and no sequence: stored, on its way, or (2.10 R3) staged by a publish that was refused. */
  | { readonly kind: 'staged' }
  /** Certainly not stored by this publish. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'none' };

/** Error codes of the server's errors.json: the stream is full or the message too large, decided before anything is stored. */
const refusalCodes: ReadonlySet<number> = new Set([10054, 10077]);

export async function publishOnce(
  js: JetStreamClient,
  subject: string,
  bytes: Uint8Array,
  msgId: string,
  timeoutMs: number,
): Promise<Answer> {
  try {
    return answerOf(await js.publish(subject, bytes, { msgID: msgId, timeout: timeoutMs, retries: 1 }));
  } catch (error) {
    return { kind: isRefusal(error) ? 'refused' : 'none' };
  }
}

function answerOf({ seq, duplicate }: PubAck): Answer {
  if (seq > 0) return { kind: 'stored', seq };
  return { kind: duplicate ? 'staged' : 'none' };
}

function isRefusal(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return refusalCodes.has(error.code);
  const cause = error instanceof Error && error.cause instanceof RequestError ? error.cause : error;
  return cause instanceof RequestError && cause.isNoResponders();
}
