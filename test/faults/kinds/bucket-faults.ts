/** Faults of the buckets: somebody deletes one, makes it again at once, or purges it. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  bucketStream,
  leasesBucketOf,
  membersBucketOf,
  objectsBucketOf,
  streamOf,
  subjectOf,
  tasksBucketOf,
} from '#frame/log-name';
import { ObjectBucket } from '#nats/buckets/object-bucket';
import { lastFrame } from '#nats/streams/last-frame';
import { streamInfo } from '#nats/streams/stream-info';
import { Observer } from '../../../apps/afluente/progress/observer.js';
import { persist } from '../world/servers/persist.js';
import type { World } from '../world/world.js';
import { between, everywhere, type FaultKind } from './fault-kind.js';

const holdMs: readonly [number, number] = [200, 4_000];
const snapshotsMsMax = 20_000;
/** Longer than it takes from a new member to the last task that moves to it. */
const placedMs = 4_000;
const placedMsMax = 30_000;
const pollMs = 200;
/** Only for writing. */
const chunkBytes = 1;

type Harm = (world: World, stream: string) => Promise<void>;

const bucketFault = (name: string, harm: Harm): FaultKind => ({
  name,
  on: everywhere,
  inject: async (world, random) => {
    const pipeline = world.topology.pipeline.name;
    const bucket = random.pick([tasksBucketOf, leasesBucketOf, membersBucketOf, objectsBucketOf])(pipeline);
    // States that are gone are gone: a task may not be between two processes then, nor started anew until it has saved its own again.
    const isOfStates = bucket === objectsBucketOf(pipeline);
    if (isOfStates) await untilPlaced(world);
    await harm(world, bucketStream(bucket));
    const heal = isOfStates ? () => untilSaved(world) : async () => undefined;
    return { detail: { bucket }, holdMs: between(random, ...holdMs), heal };
  },
});

/** Until every task has run in the same process for a while. @throws when they do not come to rest in time */
async function untilPlaced({ admin, topology }: World): Promise<void> {
  const untilMs = performance.now() + placedMsMax;
  const observer = await Observer.open(admin, topology);
  try {
    for (let [before, sinceMs] = ['', performance.now()]; performance.now() - sinceMs < placedMs; await sleep(pollMs)) {
      if (performance.now() > untilMs) throw new Error(`tasks still move after ${placedMsMax / 1000} s`);
      const views = await observer.views().catch(() => []);
      const isRunning = views.length > 0 && views.every(({ status }) => status?.state === 'running');
      const owners = views.map(({ status }) => status?.owner).join();
      if (!isRunning || owners !== before) [before, sinceMs] = [owners, performance.now()];
    }
  } finally {
    observer.close();
  }
}

/** @throws when a task with a state has saved none in time */
async function untilSaved(world: World): Promise<void> {
  const untilMs = performance.now() + snapshotsMsMax;
  for (let missing = await asked(world); missing.length > 0; missing = await asked(world)) {
    if (performance.now() > untilMs)
      throw new Error(`no new snapshot after ${snapshotsMsMax / 1000} s of ${missing.join(', ')}`);
    await sleep(pollMs);
  }
}

/** A question that fails is asked again. */
function asked(world: World): Promise<string[]> {
  return unsaved(world).catch((error: Error) => [error.message]);
}

/** Tasks whose newest frame names a snapshot that is not there, or not whole. */
async function unsaved({ admin, topology, cluster }: World): Promise<string[]> {
  const objects = new ObjectBucket(
    await admin.openBucket(objectsBucketOf(topology.pipeline.name), { replicas: cluster.nodes.length }),
    chunkBytes,
  );
  const found = await Promise.all(
    topology.tasks.map(async (task) => {
      if (!('output' in task)) return [];
      const state = (await lastFrame(admin, streamOf(task.output), subjectOf(task.output)))?.head.state;
      return state && !(await objects.getParts(state.object)) ? [task.name] : [];
    }),
  );
  return found.flat();
}

export const bucketFaults: readonly FaultKind[] = [
  bucketFault('delete-bucket', ({ admin }, stream) => persist(() => admin.jsm.streams.delete(stream))),
  bucketFault('recreate-bucket', async ({ admin }, stream) => {
    const config = (await streamInfo(admin, stream))?.config;
    await persist(() => admin.jsm.streams.delete(stream));
    // A service may be faster.
    if (config) await persist(() => admin.jsm.streams.add(config).catch(unlessThere));
  }),
  bucketFault('purge-bucket', ({ admin }, stream) => persist(() => admin.jsm.streams.purge(stream))),
];

function unlessThere(error: Error): void {
  if (!/in use/.test(error.message)) throw error;
}
