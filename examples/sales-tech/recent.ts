/** The last good events of a run, from which duplicates and late events are made. */
import type { Customer } from './customers.js';
import type { Random } from './random.js';

export interface Sent {
  readonly source: string;
  readonly subject: string;
  readonly eventId: string;
  readonly payload: Uint8Array;
  readonly customer: Customer;
}

/** One second of event time at the usual pace: with the jitter, a duplicate is still younger than the watermark. */
const kept = 2_048;

export interface Recent {
  add(sent: Sent): void;
  /** Undefined while there is none. */
  pick(random: Random): Sent | undefined;
}

export function recentEvents(): Recent {
  const ring: Sent[] = [];
  let added = 0;
  return {
    add: (sent) => {
      ring[added++ % kept] = sent;
    },
    pick: (random) => (ring.length === 0 ? undefined : ring[random.below(ring.length)]),
  };
}
