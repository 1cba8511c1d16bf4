/** The workload runs through a healthy pipeline without a finding, and a spoiled ledger is found out. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fleet } from '../../e2e/support/fleet.js';
import { Watch } from '../../e2e/support/watch.js';
import { type NatsServer, startNats } from '../../support/nats-server.js';
import { projectRoot } from '../../support/project-root.js';
import { makeTempDir, type TempDir } from '../../support/temp-dir.js';
import { Ledger } from '../workload/ledger.js';
import { Producer } from '../workload/producer.js';
import { checkRun, type CheckOptions } from './check-run.js';
import { findingKinds } from './findings.js';
import { LakeReaders } from './lake-readers.js';

const pipeline = join(projectRoot, 'test/faults/workload/pipeline');
const env = { AFL_LOG_RETENTION_MS: '3600000', AFL_SNAPSHOT_EVERY_MS: '500' };
const none = Object.fromEntries(findingKinds.map((kind) => [kind, 0]));

let work: TempDir;
let server: NatsServer;
beforeAll(async () => {
  work = makeTempDir('check');
  server = await startNats();
});
afterAll(async () => {
  await server.stop();
  work.remove();
});

test('a run without faults has no findings, and a ledger that says otherwise has', async () => {
  const lakeUrl = `file://${join(work.path, 'lake')}`;
  const watch = await Watch.open(server.url, pipeline);
  const fleet = await Fleet.start({ pipeline, nats: server.url, lake: lakeUrl, logs: join(work.path, 'logs'), env });
  const readers = await LakeReaders.start({ lakeUrl });
  const producer = await Producer.start({ urls: [server.url], seed: 11, perSecond: 500 });
  try {
    await sleep(8_000);
    const ledger = await producer.stop();
    await watch.idle(30_000);
    expect(ledger.count('accepted')).toBe(ledger.attempted);
    const options: CheckOptions = { servers: [{ clientUrl: server.url, monitorUrl: server.monitorUrl }], pipeline, lakeUrl, ledger };
    const verdict = await checkRun(options);
    expect(verdict).toMatchObject({ ...none, storedTwice: 0, examples: [] });
    expect(verdict.rows.bronze).toBe(ledger.attempted);
    expect(Math.min(...Object.values(verdict.rows))).toBeGreaterThan(0);
    expect(readers.readings).toBeGreaterThan(1);
    const more = [...ledger.sendings, { msgId: `${ledger.attempted}.0`, index: ledger.attempted, outcome: 'accepted' as const, seq: ledger.attempted + 1 }];
    const [first, ...others] = more;
    const spoiled = new Ledger(ledger.seed, ledger.attempted + 1, [{ ...first!, outcome: 'refused' }, ...others]);
    expect(await checkRun({ ...options, ledger: spoiled })).toMatchObject({ ...none, lost: 1, unexpected: 1 });
  } finally {
    await watch.close();
    await fleet.stop();
    expect(await readers.stop()).toMatchObject({ ...none, examples: [] });
  }
}, 90_000);
