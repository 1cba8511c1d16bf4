/** What an example is: a pipeline folder with events whose right answer is known. */

/** What must become of one published message, whatever the order in which partitions are worked on. */
export type Expectation =
  /** `totalCents`: for an event with money, what the column `total` of silver must say, in cents. */
  | { readonly table: 'silver'; readonly source: string; readonly eventId: string; readonly totalCents?: number }
  /** `reasons`: the reason codes that name the fault; any of them is right. */
  | { readonly table: 'quarantine'; readonly source: string; readonly reasons: readonly string[] }
  /** A second event with this id: it must reach bronze only. */
  | { readonly table: 'none'; readonly source: string; readonly duplicateOf: string };

/** One message for a front stream. */
export interface Published {
  readonly subject: string;
  /** The idempotency key (`Nats-Msg-Id`); different for every message of a run. */
  readonly msgId: string;
  readonly payload: Uint8Array;
  readonly expect: Expectation;
}

/** What a run published; the same options give the same events, byte for byte. */
export interface RunOptions {
  /** Absent: without end (or to the end of the data). */
  readonly count?: number;
  readonly seed: number;
  /** Event time of the first event, epoch ms; take it from `startMs()`. An example with real data ignores it. */
  readonly startMs: number;
}

/**
 * SQL on one DuckDB connection that has a view of each table's current files under its table name, keeps temporary
 * tables between calls and may read local files.
 */
export type Query = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** Counts read back from the tables of the lake; `lost` and `extra` are 0 when the lake is right. */
export interface Verdict {
  readonly published: number;
  /** Distinct published event ids that stand in silver. */
  readonly accepted: number;
  /** Messages in bronze whose event reached silver through another message. */
  readonly duplicates: number;
  /** Messages in quarantine, without the late ones. */
  readonly rejected: number;
  /** Messages in quarantine for the reason `late`. */
  readonly late: number;
  /** Rows of the run in the tables of each layer; for gold, latest results of all windows. */
  readonly bronze: number;
  readonly silver: number;
  readonly gold: number;
  readonly quarantine: number;
  /** Rows that should be there and are not, or are there with wrong values. */
  readonly lost: number;
  /** Rows that should not be there, twice the same row included. */
  readonly extra: number;
  /** A sentence for each kind of difference, with some of the ids; empty when the lake is right. */
  readonly differences: readonly string[];
}

export interface Example {
  /** Also the name of its folder under examples/. */
  readonly name: string;
  /** The event time from which a run that starts now should count. */
  startMs(nowMs: number, count?: number): number;
  /** Batches of about a thousand messages, in the order to publish them. */
  events(options: RunOptions): AsyncIterable<Published[]>;
  /** Compares the lake with what the run published. */
  check(options: RunOptions, query: Query): Promise<Verdict>;
}
