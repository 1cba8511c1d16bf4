/** What must come of the events that the front stream holds. */
import type { StoredMessage } from '../model/streams/stored-stream.js';
import { type PoisonedStage, poisonedStage } from '../world/services/poison.js';

export interface FrontEvent {
  readonly seq: number;
  readonly msgId: string;
  /** Undefined when it breaks the contract, or validate fails on it. */
  readonly id: string | undefined;
  readonly user: string;
  readonly city: string;
  readonly n: number;
  /** Epoch ms: of the event, and of its arrival in the front stream. */
  readonly atMs: number;
  readonly arrivedMs: number;
  /** An event before it has the same id. */
  readonly repeats: boolean;
  /** The stage that fails on it. */
  readonly poisons: PoisonedStage | undefined;
}

const decoder = new TextDecoder();

/** @param front every message that was ever stored, in order */
export function frontEvents(front: readonly StoredMessage[]): FrontEvent[] {
  const seen = new Set<string>();
  return front.map(({ seq, headers, data, timeMs }) => {
    const event = JSON.parse(decoder.decode(data)) as {
      id: string;
      user: string;
      city: string;
      n: unknown;
      at: string;
    };
    const poisons = poisonedStage(event.city);
    const valid = typeof event.n === 'number' && poisons !== 'validate';
    const repeats = valid && seen.has(event.id);
    if (valid) seen.add(event.id);
    return {
      seq,
      msgId: headers?.get('Nats-Msg-Id') ?? '',
      id: valid ? event.id : undefined,
      user: event.user,
      city: event.city,
      n: valid ? (event.n as number) : 0,
      atMs: Date.parse(event.at),
      arrivedMs: timeMs,
      repeats,
      poisons,
    };
  });
}
