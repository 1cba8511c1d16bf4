/**
 * The partitions that a source had before their number changed: how far their closed logs cover the front stream, for the present ones
 * take up the events that these do not hold.
 */
import { eventPartitioner } from '#frame/partition';

/** What is needed of a closed log. */
export interface ClosedLog {
  readonly covered: { readonly seq: number };
  holds(seq: number, index: number): boolean;
}

interface Generation {
  readonly logs: readonly ClosedLog[];
  readonly partition: (key: string | undefined, seq: number) => number;
}

export class FormerPartitions {
  readonly #generations: Generation[] = [];
  /** Front sequence up to which all logs of the newest of them cover everything; undefined: there were none. The present ones begin behind it. */
  coveredSeq: number | undefined;
  /** No event of a message behind this is in any of them. */
  #lastSeq = 0;

  /** @param logs one for each partition of the generation behind those before */
  add(logs: readonly ClosedLog[]): void {
    const covered = logs.map(({ covered: { seq } }) => seq);
    this.#generations.push({ logs, partition: eventPartitioner(logs.length) });
    this.coveredSeq = Math.min(...covered);
    this.#lastSeq = Math.max(this.#lastSeq, ...covered.map((seq) => seq + 1));
  }

  /** Whether one of them holds this event. */
  holds(seq: number, index: number, key: string | undefined): boolean {
    return (
      seq <= this.#lastSeq &&
      this.#generations.some(({ logs, partition }) => logs[partition(key, seq)]!.holds(seq, index))
    );
  }
}
