/** Faults of the services: kill -9, a pause longer than the lease (a zombie that wakes), a rolling restart to another pipeline version. */
import type { Service } from '#stages/topology/topology';
import { services } from '../world/crew.js';
import type { Stopped } from '../world/worker.js';
import { between, everywhere, type FaultKind, healsItself } from './fault-kind.js';

/** A worker must stop within this time of SIGTERM, with exit code 0. */
const stopMsMax = 5_000;
/** It takes a moment more than the lease until another worker has the tasks. */
const zombieExtraMs: readonly [number, number] = [500, 2_000];

const killService = (service: Service): FaultKind => ({
  name: `kill-${service}`,
  on: everywhere,
  inject: async ({ crew }, random) => {
    const worker = random.pick(crew.of(service));
    worker.kill();
    return { detail: { worker: worker.name }, holdMs: 0, heal: healsItself };
  },
});

const pauseService = (service: Service): FaultKind => ({
  name: `pause-${service}`,
  on: everywhere,
  inject: async ({ crew, leaseTtlMs }, random) => {
    const worker = random.pick(crew.of(service));
    worker.pause();
    return {
      detail: { worker: worker.name },
      holdMs: leaseTtlMs + between(random, ...zombieExtraMs),
      heal: async () => worker.resume(),
    };
  },
});

const upgradeService = (service: Service): FaultKind => ({
  name: `upgrade-${service}`,
  on: everywhere,
  inject: async ({ crew, pipelines }) => {
    const workers = crew.of(service);
    const [first, second] = pipelines;
    const next = workers[0]?.pipeline === first ? second : first;
    const stops: Stopped[] = [];
    for (const [place, worker] of workers.entries()) {
      stops.push(await worker.restartWith(next));
      // One replica after the other: the next one goes when this one serves.
      if (place < workers.length - 1) await worker.ready();
    }
    return { detail: { to: next === first ? 'v1' : 'v2', stops: stops.map(checkStop) }, holdMs: 0, heal: healsItself };
  },
});

/** @throws when a worker did not stop as it should */
export function checkStop({ worker, code, ms }: Stopped): number {
  if (code !== 0 || ms > stopMsMax)
    throw new Error(
      `${worker} ended with ${code === null ? 'a signal' : `exit code ${code}`} ${ms} ms after SIGTERM: 0 within ${stopMsMax} ms is wanted`,
    );
  return ms;
}

export const serviceFaults: readonly FaultKind[] = [
  ...services.map(killService),
  ...services.map(pauseService),
  ...services.map(upgradeService),
];
