/** What became of every message of a producer, as far as a producer can know. */

/** accepted: acknowledged by the server. refused: every answer was a refusal, so it is stored nowhere. unknown: stored once or not at all. */
export type Outcome = 'accepted' | 'refused' | 'unknown';

/** One message: an event under one idempotency key. */
export interface Sending {
  readonly msgId: string;
  readonly index: number;
  readonly outcome: Outcome;
  /** Sequence in the front stream, when the server told it. */
  readonly seq?: number;
}

export class Ledger {
  readonly #byIndex: ReadonlyMap<number, readonly Sending[]>;

  /** @param attempted events 0 … attempted − 1 were sent @param sendings at least one for each of them */
  constructor(
    readonly seed: number,
    readonly attempted: number,
    readonly sendings: readonly Sending[],
  ) {
    const byIndex = new Map<number, Sending[]>();
    for (const sending of sendings) byIndex.set(sending.index, [...(byIndex.get(sending.index) ?? []), sending]);
    this.#byIndex = byIndex;
  }

  /** Of the event: accepted when one of its messages was. */
  outcomeOf(index: number): Outcome {
    const outcomes = (this.#byIndex.get(index) ?? []).map(({ outcome }) => outcome);
    if (outcomes.includes('accepted')) return 'accepted';
    return outcomes.includes('unknown') ? 'unknown' : 'refused';
  }

  /** How many events have this outcome. */
  count(outcome: Outcome): number {
    let events = 0;
    for (let index = 0; index < this.attempted; index++) if (this.outcomeOf(index) === outcome) events++;
    return events;
  }

  toJSON(): object {
    return { seed: this.seed, attempted: this.attempted, sendings: this.sendings };
  }

  static fromJSON(text: string): Ledger {
    const { seed, attempted, sendings } = JSON.parse(text) as { seed: number; attempted: number; sendings: Sending[] };
    return new Ledger(seed, attempted, sendings);
  }
}
