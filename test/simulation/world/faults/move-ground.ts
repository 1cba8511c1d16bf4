/** Faults of the ground: what others do to streams, buckets, clocks and the lake while the services stand on them. */
import { hintedVersion } from '#delta/checkpoint';
import { entryKey, lastCheckpointKey, logPrefix } from '#delta/log-names';
import {
  bucketStream,
  frontStreamOf,
  leasesBucketOf,
  membersBucketOf,
  objectsBucketOf,
  tasksBucketOf,
} from '#frame/log-name';
import { source } from '../pipelines.js';
import type { World } from '../world.js';
import type { Fault } from './fault-plan.js';

/** Nothing is that old: it would only delete if it stayed. */
const ageNs = 3_600e9;
const hourMs = 3_600_000;

export type GroundFault = Extract<
  Fault,
  { kind: 'delete-bucket' | 'purge-bucket' | 'tighten' | 'forbid' | 'set-clock' | 'upgrade' | 'clean-log' }
>;

export function moveGround(world: World, fault: GroundFault): void {
  switch (fault.kind) {
    case 'delete-bucket':
    case 'purge-bucket':
      return loseBucket(world, fault);
    case 'tighten':
      return tighten(world, fault);
    case 'forbid':
      return forbid(world, fault);
    case 'set-clock': {
      const replica = pick(world.replicas, fault.victim);
      return replica && world.setClock(replica.spec.instance, fault.ahead ? hourMs : -hourMs);
    }
    case 'upgrade': {
      const replica = pick(world.replicas, fault.victim);
      return replica && world.upgrade(replica);
    }
    case 'clean-log':
      return cleanLogs(world);
  }
}

type Of<Kind extends GroundFault['kind']> = Extract<GroundFault, { kind: Kind }>;

/** Not the bucket of objects: a state that is gone is gone, and its task halts. */
function loseBucket({ cluster, pipeline }: World, { kind, bucket }: Of<'delete-bucket' | 'purge-bucket'>): void {
  const { name } = pipeline.topology.pipeline;
  const stream = bucketStream(pick([tasksBucketOf(name), leasesBucketOf(name), membersBucketOf(name)], bucket));
  if (kind === 'delete-bucket') cluster.deleteStream(stream);
  else cluster.store(stream)?.purge({});
}

/** Servers before 2.10 delete the oldest messages of a stream that is full to the byte: of a front, that is a loss which nobody but an administrator can prevent. */
function tighten(world: World, { ms, stream }: Of<'tighten'>): void {
  const { cluster, pipeline, settings } = world;
  const front = frontStreamOf(pipeline.topology.pipeline.name, source);
  const store = pick(
    cluster.streams.filter(({ config }) => settings.version !== '2.9' || config.name !== front),
    stream,
  );
  if (store) world.later(ms, cluster.editStream(store.config.name, { max_bytes: Math.max(1, store.bytes) }));
}

function forbid(world: World, { ms, stream }: Of<'forbid'>): void {
  const { cluster, pipeline } = world;
  const objects = bucketStream(objectsBucketOf(pipeline.topology.pipeline.name));
  const store = pick(
    cluster.streams.filter(({ config }) => config.name !== objects),
    stream,
  );
  if (store) world.later(ms, cluster.editStream(store.config.name, { max_age: ageNs }));
}

/** As engines do that keep log entries for a while: what a checkpoint stands for goes. */
function cleanLogs({ store, pipeline }: World): void {
  for (const table of Object.keys(pipeline.compiled.pipeline.lake.tables)) {
    const hint = store.objects.get(lastCheckpointKey(table));
    const version = hint && hintedVersion(new TextDecoder().decode(hint));
    for (let entry = 0; entry < (version ?? 0); entry++) store.clean(entryKey(table, entry));
  }
}

/** A rule of the store deletes the log of a table under its writer, who must not begin another one. @returns whether there was one that others know of */
export function loseLog({ store, history, cluster, pipeline }: World, table: string): boolean {
  const told = cluster
    .store(bucketStream(tasksBucketOf(pipeline.topology.pipeline.name)))
    ?.history.some(({ subject, data }) => subject.endsWith(`.lake.${table}`) && Buffer.from(data).includes('"table":'));
  const keys = told ? store.keys(logPrefix(table)) : [];
  for (const key of keys) store.clean(key);
  if (keys.length > 0) history.note('fault', () => `the log of ${table} is deleted`);
  return keys.length > 0;
}

function pick<T>(items: readonly T[], number: number): T {
  return items[number % items.length]!;
}
