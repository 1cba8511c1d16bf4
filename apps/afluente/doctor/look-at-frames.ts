/** Looks at the newest frames of a few logs, spread over the stages: frames say which version of the pipeline made them. */
import { type LogName, streamOf, subjectOf } from '#frame/log-name';
import { mapFew } from '#nats/ground/map-few';
import type { NatsClient } from '#nats/ground/nats';
import { getMessage } from '#nats/streams/get-message';
import { readHead } from '#nats/streams/read-head';
import { logsWrittenBy, type Service, serviceOf, type Topology } from '#stages/topology/topology';
import type { NewestFrame, StreamLook } from './facts.js';
import { look, seenOf } from './looked.js';

const logsLookedAt = 32;
/** Frames may have half a megabyte. */
const framesAtOnceMax = 4;

export async function lookAtFrames(
  nats: NatsClient,
  topology: Topology,
  streams: readonly StreamLook[],
): Promise<NewestFrame[]> {
  const there = new Set(streams.filter(({ found }) => seenOf(found)).map(({ stream }) => stream));
  const logs = logsOf(topology).filter(({ log }) => there.has(streamOf(log)));
  const chosen = logs.sort((a, b) => a.log.partition - b.log.partition).slice(0, logsLookedAt);
  const found = await mapFew(chosen, framesAtOnceMax, async ({ log, service }) => {
    const message = seenOf(await look(() => getMessage(nats, streamOf(log), { last_by_subj: subjectOf(log) })));
    return (
      message && {
        stream: streamOf(log),
        service,
        seq: message.seq,
        storedMs: message.time.getTime(),
        head: readHead(() => message.header),
      }
    );
  });
  return found.filter((frame) => frame !== undefined);
}

function logsOf({ tasks }: Topology): Array<{ readonly log: LogName; readonly service: Service }> {
  return tasks.flatMap((task) => logsWrittenBy(task).map((log) => ({ log, service: serviceOf(task) })));
}
