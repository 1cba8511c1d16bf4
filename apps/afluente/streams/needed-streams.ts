/** Every stream and bucket that the services of a pipeline use: what is wanted of it, and how to make it. */
import {
  bucketStream,
  keySubject,
  type LogName,
  leasesBucketOf,
  membersBucketOf,
  objectsBucketOf,
  streamOf,
  tasksBucketOf,
} from '#frame/log-name';
import type { Nats } from '#nats/ground/nats';
import type { Wanted } from '#nats/streams/stream-faults';
import { heartbeatsTtlMs } from '#runtime/cluster/leases';
import { openFront } from '#runtime/logs/front-stream';
import { type LogsContext, openLog, wantedOf } from '#runtime/logs/open-log';
import type { Config } from '#runtime/settings/config';
import { services } from '#stages/kinds/all-stages';
import { type IngestTask, ingestTasks, logsWrittenBy, readersOf, type Topology } from '#stages/topology/topology';

export interface NeededStream {
  readonly stream: string;
  /** Undefined for a stream of the user's, which only `make` looks at. */
  readonly wanted: Wanted | undefined;
  /** Who reads it at the same time, with one process of each service. */
  readonly readers: number;
  /** Makes it as a service would. @throws StreamSetupError; HaltError when a stream of the user's does not fit, or a log was made for another pipeline file */
  make(): Promise<unknown>;
}

export interface Making {
  readonly nats: Nats;
  readonly config: Config;
}

/** In the order of an event's way, then the buckets. */
export function neededStreams(topology: Topology, making: Making): NeededStream[] {
  const {
    tasks,
    pipeline: { name },
  } = topology;
  const logs = tasks.flatMap(logsWrittenBy);
  return [
    ...ingestTasks(topology).map((task) => front(task, making)),
    ...logs.map((log) => ofLog(log, { ...making, topology })),
    // Every process follows the tasks, and so does the command line.
    ofBucket(tasksBucketOf(name), services.length + 1, undefined, making),
    ofBucket(objectsBucketOf(name), 0, undefined, making),
    ofBucket(leasesBucketOf(name), services.length, undefined, making),
    ofBucket(membersBucketOf(name), services.length, heartbeatsTtlMs(making.config.leaseTtlMs), making),
  ];
}

function front(task: IngestTask, { nats, config: { streamReplicas: replicas } }: Making): NeededStream {
  const { front: given } = task.source;
  return {
    stream: task.front.stream,
    wanted:
      given.kind === 'subjects'
        ? { kind: 'log', subjects: given.subjects, replicas, bytesMax: given.bytesMax }
        : undefined,
    readers: 1,
    make: () => openFront(nats, task, replicas),
  };
}

/** Its writer reads it too, after a restart. */
function ofLog(log: LogName, context: LogsContext): NeededStream {
  return {
    stream: streamOf(log),
    wanted: wantedOf(context, log),
    readers: readersOf(context.topology, log).length + 1,
    make: () => openLog(context, log),
  };
}

function ofBucket(
  bucket: string,
  readers: number,
  ttlMs: number | undefined,
  { nats, config: { streamReplicas: replicas } }: Making,
): NeededStream {
  const wanted: Wanted = {
    kind: 'bucket',
    subjects: [keySubject(bucket, '>')],
    replicas,
    expires: ttlMs !== undefined,
  };
  return {
    stream: bucketStream(bucket),
    wanted,
    readers,
    make: () => nats.openBucket(bucket, { replicas, ...(ttlMs !== undefined && { ttlMs }) }),
  };
}
