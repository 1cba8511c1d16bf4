/** Names of logs: every stream name, subject, bucket and inbox of a pipeline is built here. */

export type LogStage = 'raw' | 'valid' | 'enriched' | 'delta' | 'results';

/** One log: `of` is a source (raw, valid, enriched) or a window (delta, results). */
export interface LogName {
  readonly pipeline: string;
  readonly stage: LogStage;
  readonly of: string;
  readonly partition: number;
}

export function streamOf(log: LogName): string {
  return `afl_${log.pipeline}_${log.stage}_${log.of}_${log.partition}`;
}

export function subjectOf(log: LogName): string {
  return `afl.${log.pipeline}.${log.stage}.${log.of}.${log.partition}`;
}

/** The stream Afluente keeps for producers when a source names subjects instead of a stream. */
export function frontStreamOf(pipeline: string, source: string): string {
  return `afl_${pipeline}_front_${source}`;
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
