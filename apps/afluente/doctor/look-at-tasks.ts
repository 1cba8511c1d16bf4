/** Looks at what tasks say of themselves, who runs them, and what waits for them. */
import type { StreamFacts } from '#frame/lineage';
import { leasesBucketOf, streamOf, tasksBucketOf } from '#frame/log-name';
import { readBucket, type StoredEntry } from '#nats/buckets/read-bucket';
import { mapFew } from '#nats/ground/map-few';
import type { NatsClient } from '#nats/ground/nats';
import { getMessage, newestSeqOf } from '#nats/streams/get-message';
import type { TaskStatus } from '#runtime/ground/task-status';
import type { Task, Topology } from '#stages/topology/topology';
import { progressOf } from '../progress/task-progress.js';
import type { NatsFacts, StreamLook, TaskLook } from './facts.js';
import { look, seenOf } from './looked.js';

/** The oldest message that waits may be a large one. */
const oldestLookedAt = 24;
const tasksAtOnceMax = 8;

export async function lookAtTasks(
  nats: NatsClient,
  topology: Topology,
  streams: readonly StreamLook[],
): Promise<Pick<NatsFacts, 'tasks' | 'leases' | 'board'>> {
  const { name } = topology.pipeline;
  const [board, leases] = await Promise.all([
    look(async () => mapped(await readBucket(nats, tasksBucketOf(name)), (value) => JSON.parse(value) as TaskStatus)),
    look(async () => mapped(await readBucket(nats, leasesBucketOf(name)), (value) => value)),
  ]);
  const ends = new Map(
    streams.flatMap(({ stream, found }) => (seenOf(found) ? [[stream, seenOf(found)!.facts] as const] : [])),
  );
  const tasks = await mapFew(topology.tasks, tasksAtOnceMax, async (task) => {
    const inputs = await endsOf(nats, task, ends);
    const status = seenOf(board)?.get(task.name);
    return { task, status, inputs, lag: inputs && progressOf(status, inputs).lag };
  });
  const behind = tasks.filter(({ lag = 0 }) => lag > 0).slice(0, oldestLookedAt);
  const oldest = await mapFew(
    behind,
    tasksAtOnceMax,
    async ({ task, status, inputs }) =>
      [task.name, seenOf(await look(() => oldestOf(nats, task, status, inputs ?? [])))] as const,
  );
  const oldestMs = new Map(oldest);
  return {
    board,
    leases,
    tasks: tasks.map(({ task, status, lag }): TaskLook => ({ task, status, lag, oldestMs: oldestMs.get(task.name) })),
  };
}

/** Entries that cannot be read are left out. */
function mapped<T>(
  entries: readonly StoredEntry[] | undefined,
  read: (value: string) => T,
): ReadonlyMap<string, T> | undefined {
  return (
    entries &&
    new Map(
      entries.flatMap(({ key, value }) => {
        try {
          return [[key, read(Buffer.from(value).toString())] as const];
        } catch {
          return [];
        }
      }),
    )
  );
}

/** Of those inputs that are there; undefined when it is not known what waits. */
async function endsOf(
  nats: NatsClient,
  task: Task,
  ends: ReadonlyMap<string, StreamFacts>,
): Promise<StreamFacts[] | undefined> {
  if (!('front' in task)) return task.inputs.flatMap((log) => ends.get(streamOf(log)) ?? []);
  const front = ends.get(task.front.stream);
  if (!front) return [];
  const newest = await look(() => newestSeqOf(nats, front.stream, task.front.filter));
  return newest.seen ? [{ ...front, lastSeq: newest.value }] : undefined;
}

/** When the oldest message was stored that its task has not stored the effects of; not known where a source takes some subjects of a stream. */
async function oldestOf(
  nats: NatsClient,
  task: Task,
  status: TaskStatus | undefined,
  inputs: readonly StreamFacts[],
): Promise<number | undefined> {
  if ('front' in task && task.front.filter.length > 0) return undefined;
  const waiting = inputs.flatMap(({ stream, firstSeq, lastSeq }) => {
    const position = status?.inputs.find((input) => input.stream === stream)?.position ?? 0;
    const seq = Math.max(position + 1, firstSeq);
    return seq <= lastSeq ? [{ stream, seq }] : [];
  });
  const [first] = waiting;
  return first && (await getMessage(nats, first.stream, { seq: first.seq }))?.time.getTime();
}
