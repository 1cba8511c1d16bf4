/** What the deaths of processes say about their tasks, from one process to the next. */
import { expect, test } from '@jest/globals';
import type { Bucket } from '#nats/ground/bucket';
import { createLogger } from '../ground/logger.js';
import { Care, type TaskCare } from './care.js';
import { DeathLedger } from './death-ledger.js';

const tasks = Array.from({ length: 16 }, (_, i) => `enrich.orders.g1p${i}`);
const log = createLogger('enrich', 'test', 'silent');
const config = { stallMsMax: 20_000, batchBytesMax: 4_194_304 };
const rehearsals = { attempt: () => Promise.reject(new Error('nothing is rehearsed here')), rest: () => undefined };

/** Processes of one service, each of which takes all its tasks from the dead one before it, at the place where all stand. */
function processes(): () => Promise<TaskCare[]> {
  const entries = new Map<string, Uint8Array>();
  const bucket: Pick<Bucket, 'get' | 'put'> = {
    get: async (key) => (entries.has(key) ? { key, value: entries.get(key)!, revision: 1 } : undefined),
    put: async (key, value) => void entries.set(key, Buffer.from(value)),
  };
  return async () => {
    const ledger = new DeathLedger(bucket as Bucket, log);
    const care = new Care(ledger, rehearsals, config, log);
    const all = tasks.map((task) => care.of(task));
    for (const task of tasks) ledger.taken(task, 'death');
    await Promise.all(all.map((task) => task.begin('7', true)));
    return all;
  };
}

const suspects = (all: readonly TaskCare[]): number => all.filter((task) => task.isSuspect).length;
const forEver = (): Promise<void> => new Promise(() => undefined);
const manyTurns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

test('processes that are killed one after the other before they begin to work make no task suspect', async () => {
  const next = processes();
  for (let i = 0; i < 5; i++) expect(suspects(await next())).toBe(0);
});

test('of the tasks of a process that died at work, the one that was at work is suspect, and none that waited for its turn', async () => {
  const next = processes();
  const dying = await next();
  for (const task of dying) void task.atWork(forEver);
  await manyTurns();
  const all = await next();
  expect(all.map((task) => task.isSuspect)).toEqual(tasks.map((_, i) => i === 0));
});

test('tasks that wait for their turn get it, also behind work that fails', async () => {
  const next = processes();
  const done: number[] = [];
  const works = (await next()).map((task, i) =>
    task.atWork(async () => {
      done.push(i);
      if (i % 2 === 0) throw new Error('the step fails');
    }),
  );
  await Promise.allSettled(works);
  expect(done).toEqual(tasks.map((_, i) => i));
});

test('a task waits for nobody once it has worked', async () => {
  const [first, second] = await processes()();
  await first!.atWork(async () => undefined);
  void second!.atWork(forEver);
  await first!.atWork(async () => undefined);
});
