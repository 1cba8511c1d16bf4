/** One long run from start to verdict. */
import { checkRun } from '../check/check-run.js';
import { type Findings, findingKinds, isClean } from '../check/findings.js';
import type { Cleanup } from '../cleanup.js';
import type { Run } from '../program.js';
import { waitUntilIdle } from '../wait-until-idle.js';
import type { Ledger } from '../workload/ledger.js';
import { Producer } from '../workload/producer.js';
import { type LakeAccess, openWorld } from '../world/open-world.js';
import type { World } from '../world/world.js';
import { type LoopCounts, runFaultLoop } from './fault-loop.js';
import { type Allowance, type Growth, growthOf, type Reading } from './growth.js';
import type { LongRunOptions } from './options.js';
import { Sampler } from './sampler.js';
import { copyWithShortMemory } from './short-memory.js';

export interface LongRun extends Run {
  readonly options: LongRunOptions;
  /** Root of the build whose services run. */
  readonly root: string;
}

export interface LongVerdict {
  readonly verdict: 'pass' | 'fail';
  readonly [fact: string]: unknown;
}

const sampleMs = 5_000;
const warmUpShare = 1 / 3;
const idleMsMax = 120_000;

/** What a series may gain behind the warm-up, by the last word of its name. */
const allowances: Readonly<Record<string, Allowance>> = {
  MiB: { share: 0.1, floor: 24 },
  handles: { share: 0.1, floor: 4 },
  entries: { share: 0.1, floor: 20 },
  frames: { share: 0.25, floor: 500 },
  streams: { share: 0, floor: 0.5 },
  consumers: { share: 0.1, floor: 10 },
};

export async function longRun({ options, root, temporary, history, cleanup, stop }: LongRun): Promise<LongVerdict> {
  const { minutes, seed, servers, nats, rate, every } = options;
  const pipelines = copyWithShortMemory(temporary);
  const { ground, lake } = await openWorld({
    options: { faults: 0, seed, servers, nats, replicas: 2, only: [], rate },
    root,
    temporary,
    history,
    cleanup,
    pipelines,
  });
  const producer = await Producer.start({ urls: ground.cluster.urls.split(','), seed, perSecond: rate });
  cleanup.add(() => producer.stop());
  const world: World = { ...ground, producer };
  const { sampler, end } = sampling(world, cleanup);
  const untilMs = performance.now() + minutes * 60_000;
  const counts = await runFaultLoop({ world, history, seed, everyMs: every * 1_000, untilMs, stop });
  end();
  history.save('series.json', Object.fromEntries(sampler.series));
  const ledger = await producer.stop();
  history.save('ledger.json', ledger);
  await waitUntilIdle(world, idleMsMax);
  await world.crew.stop();
  const findings = await checkAll(world, pipelines[0], lake, ledger);
  const ownDeaths = world.crew.workers.flatMap(({ name, ownDeaths: deaths }) => deaths.map((how) => `${name}: ${how}`));
  return judge({
    options,
    natsVersion: world.admin.nc.info?.version ?? nats,
    counts,
    growths: growthsOf(sampler.series),
    findings,
    accepted: ledger.count('accepted'),
    ownDeaths,
  });
}

/** Accounts for every event of the run. */
function checkAll(world: World, pipeline: string, lake: LakeAccess, ledger: Ledger): Promise<Findings> {
  return checkRun({
    servers: world.cluster.nodes.map(({ clientUrl, monitorUrl }) => ({ clientUrl, monitorUrl })),
    pipeline,
    lakeUrl: lake.url,
    store: lake.store,
    ledger,
  });
}

/** Looks at one process of each service until it is ended. */
function sampling({ crew, admin }: World, cleanup: Cleanup): { readonly sampler: Sampler; end(): void } {
  const observed = crew.workers.filter(({ name }) => name.endsWith('-0'));
  const sampler = new Sampler(observed, admin);
  const timer = setInterval(() => void sampler.sample(), sampleMs);
  const end = (): void => clearInterval(timer);
  cleanup.add(end);
  return { sampler, end };
}

interface Judged {
  readonly options: LongRunOptions;
  readonly natsVersion: string;
  readonly counts: LoopCounts;
  readonly growths: Readonly<Record<string, Growth>>;
  readonly findings: Findings;
  readonly accepted: number;
  readonly ownDeaths: readonly string[];
}

function judge({ options, natsVersion, counts, growths, findings, accepted, ownDeaths }: Judged): LongVerdict {
  const growing = Object.entries(growths)
    .filter(([, { flat }]) => !flat)
    .map(([name]) => name);
  const good = growing.length === 0 && isClean(findings) && counts.failures.length === 0;
  return {
    verdict: good ? 'pass' : 'fail',
    ...options,
    nats: natsVersion,
    faults: counts.faults,
    accepted,
    ...Object.fromEntries(findingKinds.map((kind) => [kind, findings[kind]])),
    growing,
    growths,
    byKind: counts.byKind,
    ...(counts.failures.length > 0 && { failures: counts.failures }),
    ...(ownDeaths.length > 0 && { ownDeaths }),
    ...(findings.examples.length > 0 && { examples: findings.examples }),
  };
}

function growthsOf(series: ReadonlyMap<string, readonly Reading[]>): Record<string, Growth> {
  return Object.fromEntries(
    [...series].map(([name, readings]) => {
      const from = (readings.at(-1)?.seconds ?? 0) * warmUpShare;
      return [
        name,
        growthOf(
          readings.filter(({ seconds }) => seconds >= from),
          allowances[name.split(' ').at(-1)!]!,
        ),
      ] as const;
    }),
  );
}
