/** One fault run from start to verdict. */
import { checkRun } from './check/check-run.js';
import { addFindings, type Findings } from './check/findings.js';
import { LakeReaders } from './check/lake/lake-readers.js';
import type { History } from './history.js';
import { judge, type Verdict } from './judge.js';
import { kindsFor } from './kinds/all-kinds.js';
import { LakePositions } from './lake-positions.js';
import type { FaultOptions } from './options.js';
import { planFaults } from './plan.js';
import type { Run } from './program.js';
import { Recovery } from './recovery.js';
import { recoveryMsMax, runFaults } from './run-faults.js';
import { waitUntilIdle } from './wait-until-idle.js';
import type { Ledger } from './workload/ledger.js';
import { Producer } from './workload/producer.js';
import { type LakeAccess, openWorld } from './world/open-world.js';
import type { Stopped } from './world/worker.js';
import type { World } from './world/world.js';

export interface OneRun extends Run {
  readonly options: FaultOptions;
  /** Root of the build whose services run. */
  readonly root: string;
}

const idleMsMax = 60_000;

export async function oneRun(run: OneRun): Promise<Verdict> {
  const { options, history, cleanup, stop } = run;
  const plan = planFaults(options.seed, options.faults, kindsFor(options.servers, options.only));
  history.save('plan.json', { options, plan: plan.map(({ kind, seed }) => ({ kind: kind.name, seed })) });
  const { ground, lake } = await openWorld(run);
  const recovery = new Recovery({
    admin: ground.admin,
    topology: ground.topology,
    crew: ground.crew,
    lake: new LakePositions(ground.lake),
  });
  const producer = await Producer.start({
    urls: ground.cluster.urls.split(','),
    seed: options.seed,
    perSecond: options.rate,
  });
  cleanup.add(() => producer.stop());
  const firstMs = await recovery.measure(recoveryMsMax);
  history.tell({ what: 'events arrive', took: Math.round(firstMs) / 1000 });
  const readers = await LakeReaders.start({ lakeUrl: lake.url, store: lake.store });
  cleanup.add(() => readers.stop());
  const world: World = { ...ground, producer, readers };
  const counts = await runFaults({ world, recovery, history, plan, stop });
  const ending = await settle({ world, lake, history, producer, readers });
  const ownDeaths = world.crew.workers.reduce((sum, { ownDeaths: deaths }) => sum + deaths.length, 0);
  return judge({
    options,
    natsVersion: world.admin.nc.info?.version ?? options.nats,
    counts,
    ...ending,
    ownDeaths,
    seconds: Math.round(history.seconds),
  });
}

interface Ending {
  readonly events: { readonly accepted: number; readonly unknown: number; readonly refused: number };
  readonly findings: Findings | undefined;
  readonly stops: readonly Stopped[];
  readonly failure: string | undefined;
}

interface Settling {
  readonly world: World;
  readonly lake: LakeAccess;
  readonly history: History;
  readonly producer: Producer;
  readonly readers: LakeReaders;
}

/** No more events; everything arrives; the workers stop; the check. What fails on the way is told, and the rest is done all the same. */
async function settle({ world, lake, history, producer, readers }: Settling): Promise<Ending> {
  const failures: string[] = [];
  const attempt = async <Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> => {
    const startedMs = performance.now();
    try {
      const result = await work();
      history.tell({ what, took: Math.round(performance.now() - startedMs) / 1000 });
      return result;
    } catch (error) {
      failures.push(`${what}: ${(error as Error).message}`);
      history.tell({ what: `failure: ${what}`, failure: (error as Error).message, stack: (error as Error).stack });
      return undefined;
    }
  };
  const ledger = await producer.stop();
  history.save('ledger.json', ledger);
  await attempt('everything arrives', () => waitUntilIdle(world, idleMsMax));
  const seen = await attempt(`readers stop after ${readers.readings} readings`, () => readers.stop());
  const stops = (await attempt('workers stop', () => world.crew.stop())) ?? [];
  const checked = await attempt('the check', () => check(world, lake, ledger));
  const events = {
    accepted: ledger.count('accepted'),
    unknown: ledger.count('unknown'),
    refused: ledger.count('refused'),
  };
  return {
    events,
    stops,
    findings: checked && seen && addFindings(checked, seen),
    failure: failures.length > 0 ? failures.join('; ') : undefined,
  };
}

function check({ cluster, pipelines }: World, { url, store }: LakeAccess, ledger: Ledger): Promise<Findings> {
  const servers = cluster.nodes.map(({ clientUrl, monitorUrl }) => ({ clientUrl, monitorUrl }));
  return checkRun({ servers, pipeline: pipelines[0], lakeUrl: url, store, ledger });
}
