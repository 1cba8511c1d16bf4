/** A stream that the user has: whether a source can read it, and how. */
import { HaltError } from '#nats/ground/halt-error';
import type { Nats } from '#nats/ground/nats';
import { DurableConsumer } from '#nats/messages/durable-consumer';
import { isOlder } from '#nats/streams/check-replicas';
import { factsOf, type StreamInfo, streamInfo } from '#nats/streams/stream-info';
import type { Source } from '#pipeline/model/model';
import type { TaskFront } from '#stages/topology/task-front';
import type { IngestTask } from '#stages/topology/topology';
import type { Front } from './front-stream.js';

/** Older servers take no notice of several filters, and deliver all of a stream. */
const severalFiltersSince = [2, 10, 0] as const;

/** @throws HaltError when it is missing, or cannot be read as the pipeline says */
export async function openUserStream(nats: Nats, { front, source }: IngestTask): Promise<Front> {
  const info = await streamInfo(nats, front.stream);
  if (!info)
    throw new HaltError(
      `source ${source.name} reads stream ${front.stream}, but this NATS has no such stream. Create it, or give the source subjects instead.`,
    );
  if (front.filter.length > 1 && isOlder(nats.serverVersion, severalFiltersSince))
    throw new HaltError(
      `source ${source.name} takes ${front.filter.length} subjects of stream ${front.stream}; nats-server ${nats.serverVersion} lets a consumer have one. Update it to 2.10 or newer, or make the stream's subjects ones that a single filter takes.`,
    );
  const limitNs = info.config.consumer_limits?.inactive_threshold ?? 0;
  return {
    ...factsOf(info),
    ...(limitNs > 0 && { consumerIdleMsMax: limitNs / 1_000_000 }),
    ...(info.config.retention !== 'limits' && { durable: durableOf(nats, info, source, front) }),
  };
}

/** @throws HaltError when messages would be acknowledged, and so deleted, that nobody has read */
function durableOf(
  nats: Nats,
  { config }: StreamInfo,
  { name, front }: Source,
  { filter, consumer }: TaskFront,
): DurableConsumer {
  const start = front.kind === 'stream' ? front.start.at : 'first';
  if (config.retention === 'workqueue' && start !== 'first')
    throw new HaltError(
      `source ${name} reads ${config.name}, a work queue, and leaves out what is in it by its start: it would delete these messages unread. Remove start, or purge the stream yourself.`,
    );
  const limit = config.consumer_limits?.max_ack_pending ?? 0;
  return new DurableConsumer(nats, {
    stream: config.name,
    name: consumer,
    filterSubjects: filter,
    unacknowledgedMax: limit > 0 ? limit : undefined,
  });
}
