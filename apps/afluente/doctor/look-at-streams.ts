/** Looks at every stream and bucket that the services of a pipeline use. */

import { mapFew } from '#nats/ground/map-few';
import type { NatsClient } from '#nats/ground/nats';
import { factsOf, streamInfo, streamsWith } from '#nats/streams/stream-info';
import type { Config } from '#runtime/settings/config';
import { type IngestTask, ingestTasks, type Topology } from '#stages/topology/topology';
import { type NeededStream, neededStreams } from '../streams/needed-streams.js';
import type { FoundStream, StreamLook } from './facts.js';
import { type Looked, look, seenOf } from './looked.js';

const streamsAtOnceMax = 16;

export function lookAtStreams(nats: NatsClient, topology: Topology, config: Config): Promise<StreamLook[]> {
  const fronts = new Map(ingestTasks(topology).map((task) => [task.front.stream, task]));
  return mapFew(neededStreams(topology, { nats, config }), streamsAtOnceMax, (needed) =>
    lookAtStream(nats, needed, fronts.get(needed.stream)),
  );
}

async function lookAtStream(
  nats: NatsClient,
  { stream, wanted }: NeededStream,
  front: IngestTask | undefined,
): Promise<StreamLook> {
  const found = await look(() => findStream(nats, stream));
  const isMissing = found.seen && found.value === undefined;
  return {
    stream,
    role: front ? (front.front.own ? 'front' : 'user front') : wanted?.kind === 'bucket' ? 'bucket' : 'log',
    filters: front?.front.filter ?? [],
    wanted,
    found,
    takenBy: isMissing && wanted ? othersOf(await look(() => streamsWith(nats, wanted.subjects)), stream) : [],
  };
}

async function findStream(nats: NatsClient, stream: string): Promise<FoundStream | undefined> {
  const info = await streamInfo(nats, stream);
  return info && { facts: factsOf(info), settings: info.config, bytes: info.state.bytes };
}

function othersOf(names: Looked<string[]>, stream: string): string[] {
  return (seenOf(names) ?? []).filter((name) => name !== stream);
}
