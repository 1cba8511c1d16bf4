/** The workload through a healthy pipeline, one process for each service: what the checker says then is the base of every verdict. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fleet } from '../../e2e/support/fleet.js';
import { Watch } from '../../e2e/support/watch.js';
import { startNats } from '../../support/nats-server.js';
import { projectRoot } from '../../support/project-root.js';
import { makeTempDir } from '../../support/temp-dir.js';
import type { Ledger } from '../workload/ledger.js';
import { Producer } from '../workload/producer.js';
import { checkRun, type RunVerdict } from './check-run.js';
import type { Findings } from './findings.js';
import { LakeReaders } from './lake/lake-readers.js';

export interface HealthyRun {
  readonly ledger: Ledger;
  readonly verdict: RunVerdict;
  /** What the readers met while the lake was written, and how often they read it. */
  readonly readers: { readonly findings: Findings; readonly readings: number };
  /** Checks the same lake and logs against another ledger. */
  check(ledger: Ledger): Promise<RunVerdict>;
}

export interface HealthyOptions {
  readonly seconds: number;
  readonly perSecond: number;
  /** Root of the build that runs; default: this project's. */
  readonly root?: string;
}

const pipeline = join(projectRoot, 'test/faults/workload/pipeline');
/** Nothing is trimmed: the checker reads whole logs. */
const env = { AFL_LOG_RETENTION_MS: '3600000', AFL_SNAPSHOT_EVERY_MS: '500' };
const idleMsMax = 60_000;

/** Calls `look` while the servers are still there. */
export async function runWithoutFaults<Result>(
  { seconds, perSecond, root }: HealthyOptions,
  look: (run: HealthyRun) => Promise<Result>,
): Promise<Result> {
  const work = makeTempDir('healthy');
  const server = await startNats();
  const lakeUrl = `file://${join(work.path, 'lake')}`;
  const watch = await Watch.open(server.url, pipeline);
  const fleet = await Fleet.start({
    pipeline,
    nats: server.url,
    lake: lakeUrl,
    logs: join(work.path, 'logs'),
    env,
    ...(root !== undefined && { root }),
  });
  const readers = await LakeReaders.start({ lakeUrl });
  try {
    const producer = await Producer.start({ urls: [server.url], seed: 11, perSecond });
    await sleep(seconds * 1000);
    const ledger = await producer.stop();
    await watch.idle(idleMsMax);
    const servers = [{ clientUrl: server.url, monitorUrl: server.monitorUrl }];
    const check = (against: Ledger): Promise<RunVerdict> => checkRun({ servers, pipeline, lakeUrl, ledger: against });
    const verdict = await check(ledger);
    const findings = await readers.stop();
    return await look({ ledger, verdict, readers: { findings, readings: readers.readings }, check });
  } finally {
    await readers.stop();
    await watch.close();
    await fleet.stop();
    await server.stop();
    work.remove();
  }
}
