/** One run from start to verdict: services on a server of their own, hostile messages, and what became of each. */
import { join } from 'node:path';
import type { Service } from '#stages/topology/topology';
import { Fleet } from '../e2e/support/fleet.js';
import { Watch } from '../e2e/support/watch.js';
import { startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { type Checked, checkLake } from './check/check-lake.js';
import { type FindingKind, Findings } from './findings.js';
import { memoryBounds } from './memory-bounds.js';
import { MemoryWatch } from './memory-watch.js';
import type { HostileOptions } from './options.js';
import { type Published, publishAll } from './publish-all.js';
import { Workload } from './workload/message-of.js';

export interface HostileRun {
  readonly options: HostileOptions;
  /** For the lake, the ledger and the server; removed by the caller. */
  readonly work: string;
  /** For the logs of the services. */
  readonly logs: string;
  /** Told what happens. */
  readonly tell: (what: string) => void;
  readonly stop: AbortSignal;
}

export interface Verdict {
  readonly verdict: 'pass' | 'fail';
  readonly seed: number;
  readonly nowMs: number;
  readonly messages: number;
  readonly published: Published | undefined;
  readonly fates: Readonly<Record<string, number>>;
  readonly findings: Readonly<Record<FindingKind, number>>;
  readonly peakMebibytes: Readonly<Record<Service, number>>;
  readonly boundMebibytes: Readonly<Record<Service, number>>;
  /** Services that ended without being told to. */
  readonly deaths: readonly string[];
  /** Tasks that halted, what was not idle in time, checks that could not be made. */
  readonly failures: readonly string[];
  readonly seconds: Readonly<Record<'publish' | 'settle' | 'check' | 'all', number>>;
  /** From the first message to the last row in the lake. */
  readonly messagesPerSecond: number;
  readonly examples: Findings['examples'];
}

const pipeline = join(projectRoot, 'test', 'hostile', 'workload', 'pipeline');
const idleMsMin = 120_000;
const idleMsPerMessage = 1;

export async function runHostile(run: HostileRun): Promise<Verdict> {
  const startedMs = performance.now();
  const server = await startNats({
    ...(run.options.nats !== undefined && { version: run.options.nats }),
    storeDir: join(run.work, 'nats'),
  });
  const watch = await Watch.open(server.url, pipeline);
  const lakeUrl = `file:${join(run.work, 'lake')}`;
  const fleet = await Fleet.start({ pipeline, nats: server.url, lake: lakeUrl, logs: run.logs, env: {} });
  try {
    return await judged({ run, watch, fleet, lakeUrl, port: server.port, startedMs });
  } finally {
    await fleet.stop();
    await watch.close();
    await server.stop();
  }
}

interface Started {
  readonly run: HostileRun;
  readonly watch: Watch;
  readonly fleet: Fleet;
  readonly lakeUrl: string;
  readonly port: number;
  readonly startedMs: number;
}

async function judged({ run, watch, fleet, lakeUrl, port, startedMs }: Started): Promise<Verdict> {
  const { messages, seed, nowMs } = run.options;
  const workload = new Workload(run.options);
  const findings = new Findings();
  const ledgerPath = join(run.work, 'ledger.csv');
  const memory = new MemoryWatch(fleet);
  const timer = new Timer(run.tell);
  const published = await timer.time('messages are published', () =>
    publishAll({ port, workload, messages, seed, nowMs, ledgerPath, findings, stop: run.stop }),
  );
  const settled = await timer.time('all of it is in the lake', () =>
    watch.idle(idleMsMin + messages * idleMsPerMessage),
  );
  const peakMebibytes = memory.end();
  const checked = await timer.time<Checked>('the lake is checked', () =>
    checkLake({ lakeUrl, ledgerPath, findings, messageAt: (index) => workload.messageOf({ seed, index, nowMs }) }),
  );
  const fates = checked.result?.fates ?? {};
  const boundMebibytes = memoryBounds(fates['silver'] ?? 0);
  const deaths = fleet.deaths.map(({ service, how }) => `${service} ended with ${how}`);
  const failures = [...timer.failures, ...(checked.result?.failures ?? []), ...above(peakMebibytes, boundMebibytes)];
  const all = Math.round((performance.now() - startedMs) / 1000);
  return {
    verdict: findings.clean && failures.length === 0 && deaths.length === 0 ? 'pass' : 'fail',
    seed,
    nowMs,
    messages,
    published: published.result,
    fates,
    findings: findings.counts,
    peakMebibytes,
    boundMebibytes,
    deaths,
    failures,
    seconds: { publish: published.seconds, settle: settled.seconds, check: checked.seconds, all },
    messagesPerSecond: Math.round(messages / (published.seconds + settled.seconds)),
    examples: findings.examples,
  };
}

/** Parts of the run, each of which may fail without keeping the others. */
class Timer {
  readonly failures: string[] = [];

  constructor(private readonly tell: HostileRun['tell']) {}

  async time<Result>(
    what: string,
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result | undefined; readonly seconds: number }> {
    const fromMs = performance.now();
    const result = await work().catch((error: unknown) => {
      this.failures.push(`${what}: ${String(error)}`);
      return undefined;
    });
    const seconds = Math.round(performance.now() - fromMs) / 1000;
    this.tell(`${what}: ${seconds} s`);
    return { result, seconds };
  }
}

function above(peaks: Verdict['peakMebibytes'], bounds: Verdict['boundMebibytes']): string[] {
  const services = Object.keys(peaks) as Service[];
  return services
    .filter((service) => peaks[service] > bounds[service])
    .map((service) => `${service} took ${peaks[service]} MiB, more than the ${bounds[service]} MiB it may`);
}
