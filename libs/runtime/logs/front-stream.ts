/** The front stream of a source: ours is created by whoever comes first, a user's must be there. */
import type { StreamFacts } from '#frame/lineage';
import type { Nats } from '#nats/ground/nats';
import type { DurableConsumer } from '#nats/messages/durable-consumer';
import { ensureLog } from '#nats/streams/ensure-log';
import { newestSeqOf } from '#nats/streams/get-message';
import { type IngestTask, ingestTasks, type Topology } from '#stages/topology/topology';
import { openUserStream } from './user-stream.js';

export interface Front extends StreamFacts {
  /** How long a consumer may be idle by the stream's own limits, ms; undefined: as long as it likes. */
  readonly consumerIdleMsMax?: number;
  /** Reads a stream that deletes what is acknowledged. */
  readonly durable?: DurableConsumer;
}

/** @throws StreamSetupError when ours would lose something; HaltError when a stream of the user is missing or cannot be read */
export async function openFront(nats: Nats, task: IngestTask, replicas: number): Promise<Front> {
  const { front, source } = task;
  if (source.front.kind === 'subjects') {
    const { subjects, bytesMax } = source.front;
    return ensureLog(nats, front.stream, [...subjects], { bytesMax, replicas });
  }
  return openUserStream(nats, task);
}

/** Whether nothing waits behind `seq`. */
export async function isDrained(nats: Nats, { front }: IngestTask, seq: number): Promise<boolean> {
  return (await newestSeqOf(nats, front.stream, front.filter)) <= seq;
}

/** The ingest task of a source. */
export function ingestOf(topology: Topology, source: string): IngestTask {
  const found = ingestTasks(topology).find((task) => task.source.name === source);
  if (!found) throw new Error(`pipeline ${topology.pipeline.name} has no source ${source}`);
  return found;
}
