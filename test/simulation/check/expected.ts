/** What must come of the events that the front stream holds. */
import type { StoredMessage } from '../model/stored-stream.js';

export interface FrontEvent {
  readonly seq: number;
  readonly msgId: string;
  /** Undefined when it breaks the contract. */
  readonly id: string | undefined;
  readonly user: string;
  readonly city: string;
  readonly n: number;
  /** Epoch ms. */
  readonly atMs: number;
  /** An event before it has the same id. */
  readonly repeats: boolean;
}

const decoder = new TextDecoder();

/** @param front every message that was ever stored, in order */
export function frontEvents(front: readonly StoredMessage[]): FrontEvent[] {
  const seen = new Set<string>();
  return front.map(({ seq, headers, data }) => {
    const event = JSON.parse(decoder.decode(data)) as { id: string; user: string; city: string; n: unknown; at: string };
    const valid = typeof event.n === 'number';
    const repeats = valid && seen.has(event.id);
    if (valid) seen.add(event.id);
    return { seq, msgId: headers?.get('Nats-Msg-Id') ?? '', id: valid ? event.id : undefined, user: event.user, city: event.city, n: valid ? (event.n as number) : 0, atMs: Date.parse(event.at), repeats };
  });
}
