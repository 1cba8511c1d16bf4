/** The number of a source's partitions grows and shrinks while events come and processes are killed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runRepartition } from '../repartition/run.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { type CliResult, endPrograms, runCli } from './support/cli.js';
import { withLake } from './support/lake.js';
import { makeOrders, pastStartMs, toBytes } from './support/orders.js';
import { copyPipeline } from './support/pipeline-copy.js';
import { publishAll, withNats } from './support/publish.js';
import { countOrders } from './support/steady-orders.js';

const exact = { lost: 0, extra: 0, quarantined: 0, wrongResults: 0, orderBreaks: 0 };

test.each([
  ['replaced one after the other', true],
  ['all killed at once', false],
])(
  'partitions grow and shrink under load and kills, with services that are %s: each event once, in order of its key, in the right windows',
  async (_, rolling) => {
    const verdict = await runRepartition({
      rate: 300,
      partitions: [3, 7, 2],
      secondsEach: 4,
      killsEach: 2,
      rolling,
      replicas: 1,
      seed: 5,
    });
    expect(verdict).toMatchObject(exact);
    expect(verdict.published).toBeGreaterThan(1_000);
  },
  240_000,
);

describe('a pipeline that is stopped meanwhile', () => {
  let work: TempDir;
  let server: NatsServer;
  let pipeline: string;
  beforeEach(async () => {
    work = makeTempDir('repartition');
    server = await startNats();
    pipeline = copyPipeline('test/pipelines/orders', work.path, {});
  });
  afterEach(async () => {
    await endPrograms();
    await server.stop();
    work.remove();
  });

  const say = (partitions: string): void => {
    const file = join(pipeline, 'pipeline.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/partitions: .*/, `partitions: ${partitions}`));
  };
  const lake = (): string => `file:${join(work.path, 'lake')}`;
  const up = (): Promise<CliResult> =>
    runCli(['up', '--pipeline', pipeline, '--nats', server.url, '--lake', lake(), '--until-idle']);
  const publish = (count: number, prefix: string): Promise<void> =>
    withNats(server.url, (nats) =>
      publishAll(
        nats,
        makeOrders(count, { startMs: pastStartMs(Date.now()), prefix }).map((order) => ({
          subject: 'shop.orders',
          payload: toBytes(order),
        })),
      ),
    );

  test('goes on in other partitions, and an earlier file is refused with what to do', async () => {
    expect((await up()).code).toBe(0);
    await publish(200, 'a');
    say('[3, 1, 5]');
    expect((await up()).code).toBe(0);
    await publish(300, 'b');
    expect((await up()).code).toBe(0);
    expect(await withLake(lake(), (ask) => ask(countOrders))).toEqual([
      { rows: 500, ids: 500, bronze: 500, quarantine: 0, windowed: 500 },
    ]);

    say('3');
    const earlier = await up();
    expect(earlier.code).toBe(1);
    expect(await runCli(['lint', pipeline, '--nats', server.url])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'stream afl_orders_raw_orders_g1p0 is of partitions that pipeline.yaml does not name',
      ),
    });
    expect(earlier.stderr).toMatch(
      /has changed since, and this (pipeline\.yaml|file) says only those before\. Start with the one that names the new number, too\./,
    );
    say('5');
    const other = await up();
    expect(other.code).toBe(1);
    expect(await runCli(['lint', pipeline, '--nats', server.url])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is added to those before'),
    });
    expect(other.stderr).toMatch(/a new number of partitions is added to those before, e\.g\. partitions: \[4, 16\]/);
    say('[3, 1, 5]');
    expect(await runCli(['lint', pipeline, '--nats', server.url])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('its logs go on with it'),
    });
    await publish(100, 'c');
    expect((await up()).code).toBe(0);
    expect(await withLake(lake(), (ask) => ask(countOrders))).toEqual([
      { rows: 600, ids: 600, bronze: 600, quarantine: 0, windowed: 600 },
    ]);
  }, 240_000);
});
