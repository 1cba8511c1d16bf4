/** Faults of versions: replicas of one service run different ones from now on, or a contract is changed and changed back. */
import type { Service } from '#stages/topology/topology';
import { services } from '../world/crew.js';
import type { Worker } from '../world/worker.js';
import { between, everywhere, type FaultKind, healsItself } from './fault-kind.js';
import { checkStop } from './service-faults.js';

const holdMs: readonly [number, number] = [1_000, 4_000];

/** Over many faults every order comes about: lake-writer before the others, behind them, and one of each beside the other. */
const mixVersions: FaultKind = {
  name: 'mix-versions',
  on: everywhere,
  inject: async ({ crew, pipelines }, random) => {
    const worker = random.pick(crew.of(random.pick(services)));
    const [first, second] = pipelines;
    const next = worker.pipeline === first ? second : first;
    const stop = checkStop(await worker.restartWith(next));
    return { detail: { worker: worker.name, to: next === first ? 'v1' : 'v2', stop }, holdMs: 0, heal: healsItself };
  },
};

/** Not lake-writer and aggregate: a table, and a window that sums the column, halt for another type, and say so (test/e2e/changed-type.spec.ts). */
const retyped: readonly (readonly Service[])[] = [['validate'], ['validate', 'enrich']];

/** An integer becomes a number, and an integer again: all values are whole, so they come through. */
const retypeEvents: FaultKind = {
  name: 'retype-events',
  on: everywhere,
  inject: async ({ crew, retypedPipeline }, random) => {
    const changed = random.pick(retyped);
    const before = changed
      .flatMap((service) => crew.of(service))
      .map((worker) => ({ worker, pipeline: worker.pipeline }));
    const stops = await roll(before.map(({ worker }) => ({ worker, pipeline: retypedPipeline })));
    return {
      detail: { services: changed, stops },
      holdMs: between(random, ...holdMs),
      heal: async () => ({ back: await roll(before) }),
    };
  },
};

/** One after the other: the next one goes when this one serves. */
async function roll(steps: readonly { readonly worker: Worker; readonly pipeline: string }[]): Promise<number[]> {
  const stops: number[] = [];
  for (const { worker, pipeline } of steps) {
    stops.push(checkStop(await worker.restartWith(pipeline)));
    await worker.ready();
  }
  return stops;
}

export const versionFaults: readonly FaultKind[] = [mixVersions, retypeEvents];
