/** The front stream of a source: ours is created by whoever comes first, a user's must be there. */
import type { StreamFacts } from '#frame/lineage';
import type { Nats } from '#nats/connection';
import { HaltError } from '#nats/log-reader';
import { ensureLog, factsOf, streamInfo } from '#nats/streams';
import type { IngestTask, Topology } from '#stages/topology';

/** @throws HaltError when a stream of the user is missing or cannot be read without acknowledging */
export async function openFront(nats: Nats, { front, source }: IngestTask, replicas: number): Promise<StreamFacts> {
  if (source.front.kind === 'subjects') {
    return ensureLog(nats, front.stream, [...source.front.subjects], { bytesMax: source.front.bytesMax, replicas });
  }
  const info = await streamInfo(nats, front.stream);
  if (!info) throw new HaltError(`source ${source.name} reads stream ${front.stream}, but this NATS has no such stream. Create it, or give the source subjects instead.`);
  if (info.config.retention !== 'limits') {
    throw new HaltError(`source ${source.name} reads stream ${front.stream}, whose retention is "${info.config.retention}": such streams delete messages by acknowledgement. Use a stream with retention "limits" (it may be a mirror of this one).`);
  }
  return factsOf(info);
}

/** The ingest task of a source. */
export function ingestOf(topology: Topology, source: string): IngestTask {
  const found = topology.tasks.find((task) => task.kind === 'ingest' && task.source.name === source);
  if (found?.kind !== 'ingest') throw new Error(`pipeline ${topology.pipeline.name} has no source ${source}`);
  return found;
}
