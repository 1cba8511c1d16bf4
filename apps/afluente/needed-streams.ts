/** Every stream and bucket that the services of a pipeline use: what is wanted of it, and how to make it. */
import { leasesBucketOf, membersBucketOf, objectsBucketOf, streamOf, subjectOf, tasksBucketOf, type LogName } from '#frame/log-name';
import { bucketStream, keySubject } from '#nats/bucket';
import type { Nats } from '#nats/connection';
import { ensureLog } from '#nats/streams';
import type { Config } from '#runtime/config';
import { openFront } from '#runtime/front-stream';
import { heartbeatsTtlMs } from '#runtime/leases';
import type { IngestTask, Topology } from '#stages/topology';
import type { Wanted } from './stream-faults.js';

export interface NeededStream {
  readonly stream: string;
  /** Undefined for a stream of the user's, which only `make` looks at. */
  readonly wanted: Wanted | undefined;
  /** Makes it as a service would. @throws StreamSetupError; HaltError when a stream of the user's does not fit */
  make(): Promise<unknown>;
}

export interface Making {
  readonly nats: Nats;
  readonly config: Config;
}

/** In the order of an event's way, then the buckets. */
export function neededStreams({ pipeline, tasks }: Topology, making: Making): NeededStream[] {
  const { name } = pipeline;
  const logs = tasks.flatMap((task) => (task.kind === 'ingest' ? task.outputs : task.kind === 'lake' ? [] : [task.output]));
  return [
    ...tasks.flatMap((task) => (task.kind === 'ingest' ? [front(task, making)] : [])),
    ...logs.map((log) => ofLog(log, making)),
    ...[tasksBucketOf(name), objectsBucketOf(name), leasesBucketOf(name)].map((bucket) => ofBucket(bucket, undefined, making)),
    ofBucket(membersBucketOf(name), heartbeatsTtlMs(making.config.leaseTtlMs), making),
  ];
}

function front(task: IngestTask, { nats, config: { streamReplicas: replicas } }: Making): NeededStream {
  const { front: given } = task.source;
  return {
    stream: task.front.stream,
    wanted: given.kind === 'subjects' ? { kind: 'front', subjects: given.subjects, replicas, bytesMax: given.bytesMax } : undefined,
    make: () => openFront(nats, task, replicas),
  };
}

function ofLog(log: LogName, { nats, config: { streamReplicas: replicas, logBytesMax: bytesMax } }: Making): NeededStream {
  const [stream, subjects] = [streamOf(log), [subjectOf(log)]];
  return { stream, wanted: { kind: 'log', subjects, replicas, bytesMax }, make: () => ensureLog(nats, stream, subjects, { bytesMax, replicas }) };
}

function ofBucket(bucket: string, ttlMs: number | undefined, { nats, config: { streamReplicas: replicas } }: Making): NeededStream {
  const wanted: Wanted = { kind: 'bucket', subjects: [keySubject(bucket, '>')], replicas, expires: ttlMs !== undefined };
  return { stream: bucketStream(bucket), wanted, make: () => nats.openBucket(bucket, { replicas, ...(ttlMs !== undefined && { ttlMs }) }) };
}
