/** Faults of an administrator: consumers are deleted, a stream may not grow any more, or gets a setting with which it may lose something, and has it taken back. */
import type { StreamConfig } from '@nats-io/jetstream';
import { bucketStream, leasesBucketOf, membersBucketOf, streamOf, tasksBucketOf } from '#frame/log-name';
import { streamInfo } from '#nats/streams/stream-info';
import { ingestTasks } from '#stages/topology/topology';
import type { Random } from '../../../examples/sales-tech/random.js';
import { logsOf } from '../check/logs/read-logs.js';
import { persist } from '../world/servers/persist.js';
import type { World } from '../world/world.js';
import { between, everywhere, type FaultKind, healsItself } from './fault-kind.js';

const holdMs: readonly [number, number] = [1_500, 6_000];
/** What is stored between the look at a stream and its new limit: on servers before 2.10 a limit below what a stream holds deletes its oldest messages. */
const marginBytes = 16 * 1024;
const hourNs = 3_600e9;

/** With these a stream may lose messages some day, so its task waits. None takes any within the hold. */
const forbidden: readonly Partial<StreamConfig>[] = [
  { max_age: hourNs },
  { max_msgs: 1_000_000_000 },
  { max_msgs_per_subject: 1_000_000_000 },
];
/** Nobody minds. */
const harmless: readonly Partial<StreamConfig>[] = [{ duplicate_window: 130e9 }];

function fronts({ topology }: World): string[] {
  return ingestTasks(topology).map(({ front }) => front.stream);
}

function anyStream(world: World, random: Random): string {
  // Fronts, of which there are few, as often as logs.
  return random.pick(random.below(2) === 0 ? fronts(world) : logsOf(world.topology).map(streamOf));
}

const edited = (
  name: string,
  changesOf: (config: StreamConfig, bytes: number, random: Random) => Partial<StreamConfig>,
): FaultKind => ({
  name,
  on: everywhere,
  inject: async (world, random) => {
    const stream = anyStream(world, random);
    const info = await streamInfo(world.admin, stream);
    if (!info) throw new Error(`stream ${stream} is not there`);
    const changes = changesOf(info.config, info.state.bytes, random);
    const before = Object.fromEntries(Object.keys(changes).map((key) => [key, info.config[key as keyof StreamConfig]]));
    await persist(() => world.admin.jsm.streams.update(stream, changes));
    return {
      detail: { stream, changes },
      holdMs: between(random, ...holdMs),
      heal: () => persist(() => world.admin.jsm.streams.update(stream, before)),
    };
  },
});

const deleteConsumers: FaultKind = {
  name: 'delete-consumers',
  on: everywhere,
  inject: async (world, random) => {
    const { admin, topology } = world;
    const { name } = topology.pipeline;
    const stream = random.pick([
      ...fronts(world),
      ...logsOf(topology).map(streamOf),
      ...[tasksBucketOf, leasesBucketOf, membersBucketOf].map((bucketOf) => bucketStream(bucketOf(name))),
    ]);
    const consumers = (await admin.jsm.consumers.list(stream).next()).map((consumer) => consumer.name);
    // One may go by itself meanwhile.
    await Promise.all(consumers.map((consumer) => admin.jsm.consumers.delete(stream, consumer).catch(() => undefined)));
    return { detail: { stream, consumers: consumers.length }, holdMs: 0, heal: healsItself };
  },
};

export const streamFaults: readonly FaultKind[] = [
  edited('tighten-stream', (_, bytes) => ({ max_bytes: bytes + marginBytes })),
  edited('edit-stream', (_config, _bytes, random) => random.pick([...forbidden, ...harmless])),
  deleteConsumers,
];
