/** Names of logs: every stream name, subject, bucket and inbox of a pipeline is built here. */

/** The kind of a log, as the stage that writes it says: `raw`, `valid`, `enriched`, `partials`, `results`. */
export type LogStage = string;

/** One log: `origin` is a source or a window. */
export interface LogName {
  readonly pipeline: string;
  readonly stage: LogStage;
  readonly origin: string;
  readonly partition: number;
  /** How often the number of the source's partitions had changed when the log was made; absent: never. */
  readonly generation?: number;
}

/** What a log was made for, in words: its stream's description. */
export interface LogIdentity {
  /** What must not change while the log is there. Printable, at most 4,000 bytes (nats-server takes 4 KiB). */
  readonly text: string;
  /** The part of it that is its source's: `text` begins with it. */
  readonly source: string;
}

export function streamOf(log: LogName): string {
  return `afl_${log.pipeline}_${log.stage}_${log.origin}_${partitionToken(log)}`;
}

export function subjectOf(log: LogName): string {
  return `afl.${log.pipeline}.${log.stage}.${log.origin}.${partitionToken(log)}`;
}

/** A partition in names: `3`, and where the number of partitions has changed twice, `g2p3`. */
export function partitionToken({ generation = 0, partition }: Pick<LogName, 'generation' | 'partition'>): string {
  return generation === 0 ? String(partition) : `g${generation}p${partition}`;
}

/** The stream Afluente keeps for producers when a source names subjects instead of a stream. */
export function frontStreamOf(pipeline: string, source: string): string {
  return `afl_${pipeline}_front_${source}`;
}

/** The consumer by which ingest reads a stream of the user's that deletes what is acknowledged. */
export function consumerOf(pipeline: string, source: string): string {
  return `afl_${pipeline}_${source}`;
}

/** Key-value bucket with the advisory position of every task. */
export function tasksBucketOf(pipeline: string): string {
  return `afl_${pipeline}_tasks`;
}

/** Key-value bucket with content-addressed state snapshots and oversized events. */
export function objectsBucketOf(pipeline: string): string {
  return `afl_${pipeline}_objects`;
}

/** Key-value bucket in which the processes of a pipeline's services say that they live. */
export function membersBucketOf(pipeline: string): string {
  return `afl_${pipeline}_members`;
}

/** Key-value bucket that says which process runs each task. */
export function leasesBucketOf(pipeline: string): string {
  return `afl_${pipeline}_leases`;
}

/** Key in the bucket of leases: how often processes have died of a task in a row. */
export function deathKeyOf(task: string): string {
  return `${task}.deaths`;
}

/** The stream behind a key-value bucket, and the subject of one of its keys (NATS ADR-8). */
export function bucketStream(bucket: string): string {
  return `KV_${bucket}`;
}

export function keySubject(bucket: string, key: string): string {
  return `$KV.${bucket}.${key}`;
}

/** What the subjects begin with on which a user gets answers: one for each, so that none can read those of another. */
export function inboxPrefixOf(pipeline: string, user: string): string {
  return `_INBOX_afl.${pipeline}.${user}`;
}
