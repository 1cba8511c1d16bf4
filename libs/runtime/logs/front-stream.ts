/** The front stream of a source: ours is created by whoever comes first, a user's must be there. */
import type { StreamFacts } from '#frame/lineage';
import { HaltError } from '#nats/ground/halt-error';
import type { Nats } from '#nats/ground/nats';
import { isOlder } from '#nats/streams/check-replicas';
import { ensureLog } from '#nats/streams/ensure-log';
import { newestSeqOf } from '#nats/streams/get-message';
import { factsOf, streamInfo } from '#nats/streams/stream-info';
import { type IngestTask, ingestTasks, type Topology } from '#stages/topology/topology';

export interface Front extends StreamFacts {
  /** How long a consumer may be idle by the stream's own limits, ms; undefined: as long as it likes. */
  readonly consumerIdleMsMax: number | undefined;
}

/** @throws StreamSetupError when ours would lose something; HaltError when a stream of the user is missing or cannot be read without acknowledging */
export async function openFront(nats: Nats, { front, source }: IngestTask, replicas: number): Promise<Front> {
  if (source.front.kind === 'subjects') {
    return {
      ...(await ensureLog(nats, front.stream, [...source.front.subjects], {
        bytesMax: source.front.bytesMax,
        replicas,
      })),
      consumerIdleMsMax: undefined,
    };
  }
  const info = await streamInfo(nats, front.stream);
  if (!info)
    throw new HaltError(
      `source ${source.name} reads stream ${front.stream}, but this NATS has no such stream. Create it, or give the source subjects instead.`,
    );
  if (info.config.retention !== 'limits') {
    throw new HaltError(
      `source ${source.name} reads stream ${front.stream}, whose retention is "${info.config.retention}": such streams delete messages by acknowledgement. Use a stream with retention "limits" (it may be a mirror of this one).`,
    );
  }
  if (front.filter.length > 1 && isOlder(nats.serverVersion, severalFiltersSince))
    throw new HaltError(
      `source ${source.name} takes ${front.filter.length} subjects of stream ${front.stream}; nats-server ${nats.serverVersion} lets a consumer have one. Update it to 2.10 or newer, or make the stream's subjects ones that a single filter takes.`,
    );
  const limitNs = info.config.consumer_limits?.inactive_threshold ?? 0;
  return { ...factsOf(info), consumerIdleMsMax: limitNs > 0 ? limitNs / 1_000_000 : undefined };
}

/** Older servers take no notice of several filters, and deliver all of a stream. */
const severalFiltersSince = [2, 10, 0] as const;

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
