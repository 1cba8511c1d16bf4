/** Spreads seeds over processes, as many as the machine has cores. */
import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { SeedResult } from './run-seed.js';
import type { Order } from './worker.js';

export interface PoolOptions {
  /** Holds `dist/test/simulation/worker.js`: the project, or a mutated build of it. */
  readonly root: string;
  readonly seeds: readonly number[];
  readonly verbose?: boolean;
  /** Told of each result. @returns whether to go on */
  onResult(result: SeedResult): boolean;
}

const seedsAtOnce = 20;
/** Much is made and dropped in a run: with more room for it, the garbage collector works less. */
const nodeOptions = ['--max-semi-space-size=64', '--disable-warning=ExperimentalWarning'];

/** Resolves when all seeds are run, or `onResult` has had enough. */
export async function runSeeds({ root, seeds, verbose = false, onResult }: PoolOptions): Promise<void> {
  const left = [...seeds];
  let goOn = true;
  const count = Math.min(availableParallelism(), Math.ceil(left.length / seedsAtOnce));
  const work = (worker: ChildProcess): Promise<void> =>
    new Promise((resolve, reject) => {
      worker.on('exit', (code) => reject(new Error(`a process of the simulation ended with code ${code}: see above`)));
      worker.on('message', (message: SeedResult | 'done') => {
        if (message !== 'done') goOn &&= onResult(message);
        if (!goOn || (message === 'done' && left.length === 0)) return resolve();
        if (message === 'done') worker.send({ seeds: left.splice(0, seedsAtOnce), verbose } satisfies Order);
      });
    });
  const workers = Array.from({ length: count }, () =>
    fork(join(root, 'dist/test/simulation/worker.js'), [], {
      execArgv: nodeOptions,
      cwd: root,
      env: { ...process.env, POLARS_MAX_THREADS: '1' },
    }),
  );
  try {
    await Promise.all(workers.map(work));
  } finally {
    for (const worker of workers) {
      worker.removeAllListeners('exit');
      worker.kill('SIGKILL');
    }
  }
}
