/** What the logs of a pipeline say that they were made for, where that is something else than the pipeline file says by now. */
import { streamOf, subjectOf } from '#frame/log-name';
import { mapFew } from '#nats/ground/map-few';
import type { Nats } from '#nats/ground/nats';
import { identityFault } from '#nats/streams/recorded-identity';
import { streamInfo, streamsWith } from '#nats/streams/stream-info';
import { identityOf } from '#stages/topology/log-identity';
import { type IngestTask, ingestTasks, logsWrittenBy, type Topology } from '#stages/topology/topology';

const streamsAtOnceMax = 16;

/** @returns sentences; none when everything goes on where it was */
export async function recordedFaults(nats: Nats, topology: Topology): Promise<string[]> {
  const logs = topology.tasks.flatMap(logsWrittenBy);
  const differing = await mapFew(logs, streamsAtOnceMax, async (log) => {
    const fault = identityFault((await streamInfo(nats, streamOf(log)))?.config.description, identityOf(topology, log));
    return fault === undefined ? [] : [`stream ${streamOf(log)} ${fault}`];
  });
  const later = await Promise.all(ingestTasks(topology).map((task) => laterPartitions(nats, task)));
  return [...differing.flat(), ...later.flat()];
}

/** Raw logs of partitions that the source has had since this file was written. */
async function laterPartitions(nats: Nats, { source, outputs }: IngestTask): Promise<string[]> {
  const known = new Set(outputs.map(streamOf));
  const every = subjectOf(outputs[0]!).replace(/[^.]+$/, '*');
  const [unknown] = (await streamsWith(nats, [every])).filter((stream) => !known.has(stream)).sort();
  return unknown === undefined
    ? []
    : [
        `stream ${unknown} is of partitions that pipeline.yaml does not name: the number of partitions of source ${source.name} has changed since. Add the later numbers, e.g. partitions: [4, 16], or take the newer file`,
      ];
}
