/** One long run from start to verdict. */
import { checkRun } from '../check/check-run.js';
import { findingKinds, isClean, type Findings } from '../check/findings.js';
import type { Run } from '../program.js';
import { waitUntilIdle } from '../wait-until-idle.js';
import { Producer } from '../workload/producer.js';
import { openWorld } from '../world/open-world.js';
import { runFaultLoop, type LoopCounts } from './fault-loop.js';
import { growthOf, type Allowance, type Growth, type Reading } from './growth.js';
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

const SAMPLE_MS = 5_000;
const WARM_UP_SHARE = 1 / 3;
const IDLE_MS_MAX = 120_000;

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
  const { world, lake } = await openWorld({ options: { faults: 0, seed, servers, nats, replicas: 2, only: [], rate }, root, temporary, history, cleanup, pipelines });
  const producer = await Producer.start({ urls: world.cluster.urls.split(','), seed, perSecond: rate });
  cleanup.add(() => producer.stop());
  const sampler = new Sampler(world.crew.workers.filter(({ name }) => name.endsWith('-0')), world.admin);
  const sampling = setInterval(() => void sampler.sample(), SAMPLE_MS);
  cleanup.add(() => clearInterval(sampling));
  const counts = await runFaultLoop({ world, history, seed, everyMs: every * 1_000, untilMs: performance.now() + minutes * 60_000, stop });
  clearInterval(sampling);
  history.save('series.json', Object.fromEntries(sampler.series));
  const ledger = await producer.stop();
  history.save('ledger.json', ledger);
  await waitUntilIdle(world, IDLE_MS_MAX);
  await world.crew.stop();
  const checked = await checkRun({ servers: world.cluster.nodes.map(({ clientUrl, monitorUrl }) => ({ clientUrl, monitorUrl })), pipeline: pipelines[0], lakeUrl: lake.url, store: lake.store, ledger });
  const ownDeaths = world.crew.workers.flatMap(({ name, ownDeaths: deaths }) => deaths.map((how) => `${name}: ${how}`));
  return judge({ options, natsVersion: world.admin.nc.info?.version ?? nats, counts, growths: growthsOf(sampler.series), findings: checked, accepted: ledger.count('accepted'), ownDeaths });
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
  const growing = Object.entries(growths).filter(([, { flat }]) => !flat).map(([name]) => name);
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
  return Object.fromEntries([...series].map(([name, readings]) => {
    const from = (readings.at(-1)?.seconds ?? 0) * WARM_UP_SHARE;
    return [name, growthOf(readings.filter(({ seconds }) => seconds >= from), allowances[name.split(' ').at(-1)!]!)] as const;
  }));
}
