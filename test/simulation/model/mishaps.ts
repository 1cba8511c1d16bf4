/** What may go wrong between clients and servers: the model asks at every turn, a seeded world decides. */
import type { Call } from './call.js';

/** What becomes of a request that has reached its server. */
export interface Fate {
  /** It is never heard of again. */
  readonly lost?: boolean;
  /** It is done so much later, whatever comes after it. */
  readonly delayMs?: number;
  /** It is done, and nobody is told. */
  readonly answerLost?: boolean;
}

export interface Mishaps {
  /** One way between client and server. */
  latencyMs(): number;
  fateOf(call: Call): Fate;
  /** A message to a client is lost between two servers. */
  losesDelivery(): boolean;
  /** How many of `count` messages on their way to the server arrive although the connection is cut. */
  survivors(count: number): number;
  /** How long after a cut these are read. */
  lateMs(): number;
  /** How many of the oldest of `count` messages, written while there is no connection, the client forgets. */
  forgotten(count: number): number;
  /** Tosses a coin with this chance, 0 to 1. */
  toss(chance: number): boolean;
}

/** Nothing goes wrong. */
export const calm: Mishaps = {
  latencyMs: () => 0,
  fateOf: () => ({}),
  losesDelivery: () => false,
  survivors: (count) => count,
  lateMs: () => 0,
  forgotten: () => 0,
  toss: () => false,
};
