/**
 * Faults behind which nothing goes on by itself, because going on would lose or repeat something: the tasks must halt soon and name the thing, and behind the
 * documented remedy everything arrives. Each takes the world down for half a minute, so they run when they are asked for (`--only`).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { logPrefix } from '#delta/log-names';
import { bucketStream, keySubject, streamOf, subjectOf, tasksBucketOf } from '#frame/log-name';
import { getMessage } from '#nats/streams/get-message';
import { lastFrame } from '#nats/streams/last-frame';
import { streamInfo } from '#nats/streams/stream-info';
import type { TaskStatus } from '#runtime/ground/task-status';
import { validate } from '#stages/kinds/validate';
import { type IngestTask, ingestTasks, logTasksOf } from '#stages/topology/topology';
import { emptyNats, NatsBackup } from '../world/servers/nats-backup.js';
import type { World } from '../world/world.js';
import { everywhere, type FaultKind } from './fault-kind.js';

const haltMsMax = 60_000;
const storedMsMax = 20_000;
const pollMs = 200;
const unreadMs = 1_500;

/** What a task must say. */
type Halts = Readonly<Record<string, RegExp>>;

async function until(what: string, msMax: number, isSo: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + msMax;
  // A question that fails is asked again.
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > untilMs) throw new Error(`not so after ${msMax / 1000} s: ${what}`);
    await sleep(pollMs);
  }
}

async function statusOf({ admin, topology }: World, task: string): Promise<TaskStatus | undefined> {
  const bucket = tasksBucketOf(topology.pipeline.name);
  const entry = await getMessage(admin, bucketStream(bucket), { last_by_subj: keySubject(bucket, task) });
  return entry?.json<TaskStatus>();
}

/** @throws when a task has not halted in time, or for another reason */
async function untilHalted(world: World, halts: Halts): Promise<number> {
  const startedMs = performance.now();
  for (const [task, says] of Object.entries(halts)) {
    await until(`${task} has halted`, haltMsMax, async () => (await statusOf(world, task))?.state === 'halted');
    const { reason = '' } = (await statusOf(world, task))!;
    if (!says.test(reason)) throw new Error(`${task} has halted because "${reason}": ${String(says)} is wanted`);
  }
  return Math.round(performance.now() - startedMs);
}

function ingestOf({ topology }: World): IngestTask {
  return ingestTasks(topology)[0]!;
}

/** Nothing new comes, and what came last is in the raw logs, where validate has not read it. */
async function standStill(world: World): Promise<void> {
  const { front, outputs } = ingestOf(world);
  for (const worker of world.crew.of('validate')) worker.pause();
  await sleep(unreadMs);
  world.producer.pause();
  await until('every event has its outcome', storedMsMax, async () => world.producer.waiting === 0);
  await until('ingest has stored all', storedMsMax, async () => {
    const through = (await streamInfo(world.admin, front.stream))!.state.last_seq;
    const covered = await Promise.all(
      outputs.map(
        async (log) => (await lastFrame(world.admin, streamOf(log), subjectOf(log)))?.head.inputs[0]?.last ?? 0,
      ),
    );
    return covered.every((seq) => seq >= through);
  });
}

interface Lost {
  readonly name: string;
  harm(world: World): Promise<void>;
  /** Resolves when the services have answered to it as they must. @returns for the history */
  answered(world: World): Promise<object>;
}

/** Something of NATS is lost; the remedy is a backup of all of it. */
const lostInNats = ({ name, harm, answered }: Lost): FaultKind => ({
  name,
  on: ['r1'],
  directed: true,
  inject: async (world) => {
    await standStill(world);
    const backup = await NatsBackup.take(world);
    await harm(world);
    for (const worker of world.crew.of('validate')) worker.resume();
    const answer = await answered(world);
    return {
      detail: { ...answer },
      holdMs: 0,
      heal: async () => {
        await world.crew.stop();
        await backup.restore();
        for (const worker of world.crew.workers) await worker.restartWith(worker.pipeline);
        world.producer.resume();
      },
    };
  },
});

const eachValidate = ({ topology }: World, says: RegExp): Halts =>
  Object.fromEntries(logTasksOf(topology, validate).map(({ name }) => [name, says]));
const rawStreams = (world: World): string[] => ingestOf(world).outputs.map(streamOf);

const lostLog: FaultKind = {
  name: 'lose-delta-log',
  on: everywhere,
  directed: true,
  inject: async (world, random) => {
    const table = random.pick(['bronze_orders', 'silver_orders']);
    await world.readers?.pause();
    const saved = new Map<string, Uint8Array>();
    await takeAway(world, table, saved);
    // An entry that was on its way has come by now.
    await sleep(unreadMs);
    await takeAway(world, table, saved);
    const haltedMs = await untilHalted(world, {
      [`lake.${table}`]: new RegExp(`Table ${table} cannot be used: (its log is gone|it is not in)`),
    });
    const written = (await keysOf(world, table)).length;
    if (written > 0) throw new Error(`${written} objects were written into the log of ${table} after it was deleted`);
    return {
      detail: { table, objects: saved.size, haltedMs },
      holdMs: 0,
      heal: async () => {
        for (const [key, bytes] of saved) await world.lake.put(key, bytes);
        for (const worker of world.crew.of('lake-writer')) await worker.restartWith(worker.pipeline);
        world.readers?.resume();
      },
    };
  },
};

async function keysOf({ lake }: World, table: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of lake.list(logPrefix(table))) keys.push(key);
  return keys;
}

/** As a rule of the store does that deletes what is old. */
async function takeAway(world: World, table: string, saved: Map<string, Uint8Array>): Promise<void> {
  for (const key of await keysOf(world, table)) {
    const bytes = await world.lake.get(key);
    if (bytes) saved.set(key, bytes);
    await world.lake.delete(key);
  }
}

export const lostGroundFaults: readonly FaultKind[] = [
  lostLog,
  lostInNats({
    name: 'lose-raw-logs',
    harm: async (world) =>
      void (await Promise.all(rawStreams(world).map((stream) => world.admin.jsm.streams.delete(stream)))),
    answered: async (world) => ({
      haltedMs: await untilHalted(world, {
        ...eachValidate(world, /afl_faults_raw_orders_\d was recreated/),
        'lake.bronze_orders': /afl_faults_raw_orders_\d was (deleted and made again|recreated)/,
      }),
    }),
  }),
  lostInNats({
    name: 'purge-raw-logs',
    harm: async (world) =>
      void (await Promise.all(rawStreams(world).map((stream) => world.admin.jsm.streams.purge(stream)))),
    answered: async (world) => ({
      haltedMs: await untilHalted(world, eachValidate(world, /afl_faults_raw_orders_\d/)),
    }),
  }),
  lostInNats({
    name: 'empty-nats',
    harm: emptyNats,
    // The documented way is no halt: streams and buckets are made again, and the tables go on with what comes.
    answered: async ({ crew }) => {
      await until('all services are ready', haltMsMax, async () => (await crew.problems()).length === 0);
      return { ready: true };
    },
  }),
];
