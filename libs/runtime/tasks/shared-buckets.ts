/** What the processes of a pipeline share in buckets of NATS. The providers of a service open it, and so do the processes of the simulation. */
import { randomUUID } from 'node:crypto';
import { objectsBucketOf, tasksBucketOf } from '#frame/log-name';
import { ObjectBucket } from '#nats/buckets/object-bucket';
import type { Task } from '#stages/topology/topology';
import { Care } from '../care/care.js';
import { DeathLedger } from '../care/death-ledger.js';
import type { Rehearsals } from '../care/rehearsal.js';
import type { RuntimeContext } from '../cluster/context.js';
import { Leases } from '../cluster/leases.js';
import type { TaskHost } from '../cluster/task-host.js';
import { TaskBoard } from '../ground/task-board.js';

const objectChunkBytesMax = 256 * 1024;

type Ground = Pick<RuntimeContext, 'nats' | 'config' | 'topology'>;

/** It shows nothing until it watches. */
export async function openTaskBoard({ nats, config, topology }: Ground): Promise<TaskBoard> {
  return new TaskBoard(
    nats,
    await nats.openBucket(tasksBucketOf(topology.pipeline.name), { replicas: config.streamReplicas }),
  );
}

/** Snapshots, and events that are too large for a frame. */
export async function openObjects({ nats, config, topology }: Ground): Promise<ObjectBucket> {
  const bucket = await nats.openBucket(objectsBucketOf(topology.pipeline.name), { replicas: config.streamReplicas });
  return new ObjectBucket(bucket, Math.min(objectChunkBytesMax, Math.floor(nats.payloadBytesMax / 2)));
}

/** Deaths on record, and what is done about them. */
export async function openCare(
  { nats, config, topology, log }: Ground & Pick<RuntimeContext, 'log'>,
  rehearsals: Rehearsals,
): Promise<Care> {
  return new Care(
    await DeathLedger.open(nats, topology.pipeline.name, config.streamReplicas, log),
    rehearsals,
    config,
    log,
  );
}

/** The share of one process in its service's tasks; it takes none until it joins. @param tasks all tasks of the service */
export function openLeases(
  context: RuntimeContext,
  service: string,
  tasks: readonly Task[],
  host: TaskHost,
): Promise<Leases> {
  const self = { service, instance: context.config.instance, memberId: randomUUID(), startedMs: Date.now() };
  return Leases.open(
    context,
    self,
    tasks.map(({ name }) => name),
    host,
  );
}
