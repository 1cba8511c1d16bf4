/**
 * Whether a property tells events apart: no two different events have the same value there. The same event twice, as producers send one again, is no
 * contradiction. All properties share one bounded memory; when it is full, a share of the values that their hashes choose is followed on.
 */

/** In all maps together, about 60 bytes each. */
const valuesMax = 1_000_000;

/** What is known of one property. */
export interface Identity {
  /** Hash of a value to the hash of the event that had it; undefined: two different events had the same. */
  events: Map<number, number> | undefined;
}

export class UniqueValues {
  readonly #open = new Set<Identity>();
  #values = 0;
  /** Every how many-th value is followed. */
  every = 1;

  constructor(private readonly max = valuesMax) {}

  begin(): Identity {
    const identity: Identity = { events: new Map() };
    this.#open.add(identity);
    return identity;
  }

  see(identity: Identity, valueHash: number, eventHash: () => number): void {
    if (identity.events === undefined || valueHash % this.every !== 0) return;
    const known = identity.events.get(valueHash);
    if (known !== undefined) {
      if (known !== eventHash()) this.forget(identity);
      return;
    }
    identity.events.set(valueHash, eventHash());
    this.#values++;
    while (this.#values > this.max) this.#thinOut();
  }

  forget(identity: Identity): void {
    this.#values -= identity.events?.size ?? 0;
    identity.events = undefined;
    this.#open.delete(identity);
  }

  #thinOut(): void {
    this.every *= 2;
    this.#values = 0;
    for (const { events } of this.#open) {
      if (!events) continue;
      for (const value of events.keys()) if (value % this.every !== 0) events.delete(value);
      this.#values += events.size;
    }
  }
}
