/** Where few rows may wait for more, they are no commit of their own, and a stop leaves none behind. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { endPrograms, runCli, startCli } from './support/cli.js';
import { makeOrders, pastStartMs, toBytes } from './support/orders.js';
import { copyPipeline, quick } from './support/pipeline-copy.js';
import { publishAll, withNats } from './support/publish.js';

const rounds = 4;
const lookMs = 200;
let work: TempDir;
let server: NatsServer;
afterEach(async () => {
  await endPrograms();
  await server.stop();
  work.remove();
});

interface Status {
  readonly task: string;
  readonly waiting: number;
}

test('rows of a quiet source wait for more of them, and a stop commits them', async () => {
  work = makeTempDir('patient-commits');
  server = await startNats();
  const pipeline = copyPipeline('test/pipelines/orders', work.path, {
    'pipeline.yaml': (text) =>
      quick['pipeline.yaml']!(text).replace(
        /commit: \{ every: \w+ \}/,
        'commit: { every: 300ms, least: 1MiB, latest: 1h }',
      ),
  });
  const lake = join(work.path, 'lake');
  const place = ['--pipeline', pipeline, '--nats', server.url];
  expect(await runCli(['streams', ...place])).toMatchObject({ code: 0 });
  const program = startCli(['up', ...place, '--lake', `file:${lake}`]);
  const orders = makeOrders(rounds, { startMs: pastStartMs(Date.now()) });
  for (const [at, order] of orders.entries()) {
    await withNats(server.url, (nats) => publishAll(nats, [{ subject: 'shop.orders', payload: toBytes(order) }]));
    while ((await waiting(place)) <= at) await sleep(lookMs);
  }
  program.signal('SIGTERM');
  expect(await program.ended).toMatchObject({ code: 0 });
  expect(rowsOfCommits(join(lake, 'silver_orders'))).toEqual([rounds]);
}, 120_000);

/** Rows that the task of silver has read and not committed. */
async function waiting(place: readonly string[]): Promise<number> {
  const { stdout } = await runCli(['status', ...place, '--json']);
  const status = stdout === '' ? [] : (JSON.parse(stdout) as Status[]);
  return status.find(({ task }) => task === 'lake.silver_orders')?.waiting ?? 0;
}

/** Of the commits that have any. */
function rowsOfCommits(table: string): number[] {
  const log = join(table, '_delta_log');
  const entries = readdirSync(log).filter((name) => name.endsWith('.json'));
  return entries.flatMap((name) => {
    const actions = readFileSync(join(log, name), 'utf8').trim().split('\n');
    const added = actions
      .map((line) => JSON.parse(line) as { add?: { stats: string } })
      .flatMap(({ add }) => add ?? []);
    const rows = added.reduce((sum, { stats }) => sum + (JSON.parse(stats) as { numRecords: number }).numRecords, 0);
    return rows > 0 ? [rows] : [];
  });
}
