/** The model of a pipeline file: every default filled, durations in milliseconds, sizes in bytes. */
import type { EnvelopeName } from '#envelopes/all-envelopes';
import type { SubjectPattern } from '../text/subject-pattern.js';

/** Where the events of a source come from. */
export type Front =
  /** A stream of our own over these NATS subjects; producers meet `bytesMax` as backpressure. */
  | { readonly kind: 'subjects'; readonly subjects: readonly string[]; readonly bytesMax: number }
  /** A stream that the user already has, read in order; positions stand in the raw logs. */
  | { readonly kind: 'stream'; readonly stream: string; readonly filters: readonly string[]; readonly start: Start };

/** Where in a stream of the user's a source begins that has read nothing yet. */
export type Start =
  | { readonly at: 'first' }
  /** Behind what is there. */
  | { readonly at: 'new' }
  | { readonly at: 'sequence'; readonly seq: number }
  /** What was stored then or later, epoch ms. */
  | { readonly at: 'time'; readonly timeMs: number };

export interface EventTime {
  /** The contract's property that holds the event time, or a column of envelope or message. */
  readonly field: string;
  readonly outOfOrdernessMs: number;
  /** How far beyond its arrival an event may lie and still take time along. */
  readonly aheadMsMax: number;
  readonly idleAfterMs: number;
}

/** A header of the message that is a column. */
export interface HeaderColumn {
  readonly column: string;
  /** Its name, in small letters: headers match in any case. */
  readonly header: string;
  /** It holds a date-time, as RFC 3339 writes it. */
  readonly isTime: boolean;
}

/** What comes with a message and is in columns. */
export type MessageFields = Pick<Source, 'patterns' | 'headers'>;

/** What is in columns without standing in the event itself. */
export type FieldsBeside = MessageFields & Pick<Source, 'envelope'>;

/** What identifies an event without a field of its own: `Nats-Msg-Id` of its message, or its bytes. */
export const ownIds = ['_msg_id', '_payload'] as const;

/** When NATS stored the message of an event: it can be its time. */
export const arrivalColumn = '_arrived_at';

/** A kind of event with one contract. */
export interface Source {
  readonly name: string;
  readonly front: Front;
  /** 1 to 256: how many it has now. */
  readonly partitions: number;
  /** How many it has had, one after the other; the last is `partitions`. */
  readonly generations: readonly number[];
  /** Path of the contract, relative to the pipeline folder. */
  readonly contract: string;
  /** What identifies an event together: properties of the contract, columns of envelope and message, `ownIds`. None: its place in the stream. */
  readonly id: readonly string[];
  /** The contract's property that chooses the partition, or a column of envelope or message. */
  readonly key: string;
  /** Its subjects, with the tokens that are columns. */
  readonly patterns: readonly SubjectPattern[];
  /** Headers that are columns, behind the tokens. */
  readonly headers: readonly HeaderColumn[];
  /** What producers put around each event; its columns stand before those of the message. */
  readonly envelope?: EnvelopeName;
  readonly eventTime: EventTime;
  readonly dedup: { readonly horizonMs: number };
}

export type ReferenceFormat = 'csv' | 'json' | 'ndjson' | 'parquet';

/** A table that the SQL of enrich can join. */
export interface Reference {
  readonly name: string;
  /** Path relative to the pipeline folder. */
  readonly file: string;
  /** From the file's ending. */
  readonly format: ReferenceFormat;
  readonly key: string;
  /** Stated types of columns of a CSV, e.g. `cep` → `string`, `rate` → `decimal(6,4)`. */
  readonly columns: Readonly<Record<string, string>>;
  readonly refreshMs: number;
}

/** Polars SQL over the table `events` and the references. A source without an entry passes unchanged. */
export interface Enrich {
  readonly sql: string;
}

/** A tumbling event-time window over the enriched events of one source. */
export interface Window {
  readonly name: string;
  /** Name of the source. */
  readonly from: string;
  readonly sizeMs: number;
  readonly latenessMs: number;
  readonly key: readonly string[];
  /** Measure name to expression, e.g. `revenue` → `sum(total)`; in the order of the file. */
  readonly measures: Readonly<Record<string, string>>;
}

/** The first word of a table's `from`. */
export type TableStage = 'raw' | 'rejected' | 'enriched' | 'results';

/** What a table takes of the enriched events of a source. */
export interface Taking {
  /** A condition in SQL over the table `events`. */
  readonly where?: string;
  /** SQL expressions over `events`; undefined: all columns. */
  readonly columns?: readonly string[];
  /** Path of a list, of which each item becomes a row. */
  readonly unnest?: string;
  /** It is the table of the whole, and `where` leaves out what others take. */
  readonly rest?: true;
}

/** A table of the lake. Every `from` has exactly one that takes all of it, or all that no other takes, and any number of others. */
export interface Table {
  readonly name: string;
  /** `raw.<source>`, `rejected.<source>`, `enriched.<source>` or `results.<window>`. */
  readonly from: string;
  readonly stage: TableStage;
  /** The source or window behind the dot of `from`. */
  readonly origin: string;
  readonly partitionBy: readonly string[];
  /** Which of the rows it has, and what of them; absent: all. */
  readonly taking?: Taking;
  /** The column from which `year`, `month`, `day`, `hour` and `date` are derived where no such column exists. */
  readonly timeColumn: string;
}

/** When rows are committed: at whichever bound is reached first, and when their sources are quiet. */
export interface CommitRule {
  readonly everyMs: number;
  readonly rows: number;
  readonly bytes: number;
  /** Fewer wait until `latestMs`. */
  readonly leastBytes: number;
  /** The longest time that rows may wait. */
  readonly latestMs: number;
}

export interface Lake {
  /** e.g. `file:./data/lake`, `s3://bucket/prefix`; absent when the command line gives it. */
  readonly url?: string;
  readonly commit: CommitRule;
  /** By table name. */
  readonly tables: Readonly<Record<string, Table>>;
}

export interface Pipeline {
  readonly name: string;
  readonly sources: Readonly<Record<string, Source>>;
  readonly references: Readonly<Record<string, Reference>>;
  /** By source name. */
  readonly enrich: Readonly<Record<string, Enrich>>;
  readonly windows: Readonly<Record<string, Window>>;
  readonly lake: Lake;
}

/** Partition columns that are derived from a table's time column, in UTC. */
export const derivedPartitionColumns = ['year', 'month', 'day', 'hour', 'date'] as const;
