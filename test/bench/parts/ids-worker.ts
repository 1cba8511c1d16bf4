/** A process with validate's memory of event ids, for ids.bench.ts: fills and stores it, or takes it up. */
import { setImmediate } from 'node:timers/promises';
import { ObjectBucket } from '#nats/buckets/object-bucket';
import { connectNats } from '#nats/connection/connection';
import { SeenIds } from '#stages/memory/seen-ids';
import { usageOf } from '../processes/usage.js';

export interface IdsJob {
  readonly kind: 'fill' | 'restore';
  readonly url: string;
  readonly ids: number;
  readonly partitions: number;
  /** Objects to take up, one for each partition. */
  readonly keys: readonly string[];
}

export interface IdsPhase {
  readonly name: string;
  readonly seconds: number;
  readonly cpuMicrosecondsPerId: number | undefined;
  /** In which the process could do nothing else: CPU time of its thread, for another program may have the machine meanwhile, and as it was. */
  readonly longestPauseCpuMs: number;
  readonly longestPauseMs: number;
  readonly bytesPerId: number;
  readonly residentMebibytes: number;
  readonly peakMebibytes: number;
}

const horizonMs = 3_600_000;
const dayMs = 86_400_000;
/** Ids of one turn: about what a step takes in 2 ms. */
const turnIds = 2_000;
const mebibyte = 2 ** 20;
const objectChunkBytesMax = 256 * 1024;

const phases: IdsPhase[] = [];
let states: SeenIds[] = [];

/** The longest turn of a phase so far. */
let longest = { cpuMs: 0, ms: 0 };
let turnStart = { cpuMs: 0, ms: 0 };

function now(): { cpuMs: number; ms: number } {
  const { user, system } = process.threadCpuUsage();
  return { cpuMs: (user + system) / 1000, ms: performance.now() };
}

/** Lets the process do other things, as the runtime does between steps. */
async function nextTurn(): Promise<void> {
  const end = now();
  longest = {
    cpuMs: Math.max(longest.cpuMs, end.cpuMs - turnStart.cpuMs),
    ms: Math.max(longest.ms, end.ms - turnStart.ms),
  };
  await setImmediate();
  turnStart = now();
}

async function phase(name: string, added: number | undefined, work: () => Promise<void>): Promise<void> {
  const [startedMs, cpu] = [performance.now(), process.cpuUsage()];
  await nextTurn();
  longest = { cpuMs: 0, ms: 0 };
  await work();
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const sum = (of: (state: SeenIds) => number): number => states.reduce((total, state) => total + of(state), 0);
  phases.push({
    name,
    seconds,
    cpuMicrosecondsPerId: added === undefined ? undefined : (user + system) / added,
    longestPauseCpuMs: longest.cpuMs,
    longestPauseMs: longest.ms,
    bytesPerId:
      sum(({ bytes }) => bytes) /
      Math.max(
        1,
        sum(({ count }) => count),
      ),
    residentMebibytes: process.memoryUsage.rss() / mebibyte,
    peakMebibytes: usageOf(process.pid).peakBytes / mebibyte,
  });
}

/** Ids `from` to `to`, as many an hour as fit into the horizon. */
async function add(from: number, to: number, perHour: number): Promise<void> {
  for (let at = from; at < to; at += turnIds) {
    const state = states[(at / turnIds) % states.length]!;
    for (let n = at; n < Math.min(to, at + turnIds); n++) {
      if (!state.add(idOf(n), Math.floor((n / perHour) * horizonMs))) throw new Error(`id ${n} was taken for seen`);
    }
    await nextTurn();
  }
}

function idOf(n: number): string {
  return `0199a5f0-7c1e-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

async function fill({ ids, partitions }: IdsJob, objects: ObjectBucket): Promise<string[]> {
  states = Array.from({ length: partitions }, (_, at) => SeenIds.begin(`partition ${at}`, horizonMs));
  await phase('empty', undefined, async () => undefined);
  await phase('add', ids, () => add(0, ids, ids));
  const keys: string[] = [];
  await phase('store a first snapshot', undefined, async () => {
    for (const at of states.keys()) keys.push(await store(at, objects));
  });
  const more = Math.floor(ids / 4);
  await phase('add as many as are forgotten', more, () => add(ids, ids + more, ids));
  await phase('store a second snapshot', undefined, async () => {
    for (const at of states.keys()) await store(at, objects);
  });
  await phase('forget all after a day of silence', undefined, async () => {
    for (const state of states) {
      state.add('after', horizonMs + dayMs);
      await nextTurn();
    }
  });
  return keys;
}

/** Upload waits for the server again and again: only the snapshot itself is made at once. */
async function store(at: number, objects: ObjectBucket): Promise<string> {
  turnStart = now();
  const parts = states[at]!.snapshot();
  await nextTurn();
  return objects.shelf(`validate.bench.${at}.session`).put(parts, {});
}

async function restore({ keys, ids }: IdsJob, objects: ObjectBucket): Promise<void> {
  await phase('empty', undefined, async () => undefined);
  await phase('load and take up', undefined, async () => {
    for (const key of keys) {
      const { parts } = (await objects.getParts(key))!;
      // Loading waits for the server again and again: only what follows is in one hand.
      turnStart = now();
      states.push(await restored(parts));
    }
  });
  const count = states.reduce((sum, state) => sum + state.count, 0);
  if (count !== ids) throw new Error(`${count} of ${ids} ids were taken up`);
  for (let n = 0; n < ids; n += 99_991)
    if (states[Math.floor(n / turnIds) % states.length]!.add(idOf(n), horizonMs - 1))
      throw new Error(`id ${n} was forgotten`);
}

async function restored(parts: readonly Uint8Array[]): Promise<SeenIds> {
  const work = SeenIds.restore(parts, horizonMs);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await nextTurn();
  }
}

process.once('message', (job: IdsJob) => {
  process.once('message', () => void run(job));
  process.send!({ ready: true });
});

async function work(job: IdsJob, objects: ObjectBucket): Promise<readonly string[]> {
  if (job.kind === 'fill') return fill(job, objects);
  await restore(job, objects);
  return job.keys;
}

async function run(job: IdsJob): Promise<void> {
  const nats = await connectNats(job.url, 'ids.bench');
  const objects = new ObjectBucket(await nats.openBucket('objects', { replicas: 1 }), objectChunkBytesMax);
  const keys = await work(job, objects);
  process.once('message', () => void nats.nc.close().then(() => process.exit()));
  process.send!({ phases, keys });
}
