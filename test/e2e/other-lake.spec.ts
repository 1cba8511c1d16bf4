/** A pipeline that is given another lake than the one it has written: refused, and nothing is lost when the right one comes back. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { type CliResult, endPrograms, runCli } from './support/cli.js';
import { withLake } from './support/lake.js';
import { makeOrders, pastStartMs, toBytes } from './support/orders.js';
import { copyPipeline } from './support/pipeline-copy.js';
import { publishAll, withNats } from './support/publish.js';

const runMsMax = 180_000;
const eachTime = 300;

let work: TempDir;
let pipeline: string;
let server: NatsServer;
let times = 0;

beforeAll(async () => {
  work = makeTempDir('other-lake');
  pipeline = copyPipeline('test/pipelines/orders', work.path, {});
  server = await startNats();
  await runCli(['streams', '--pipeline', pipeline, '--nats', server.url]);
});
afterAll(async () => {
  await server.stop();
  work.remove();
});
afterEach(endPrograms);

const folder = (name: string): string => join(work.path, name);
const up = (lake: string, env: Record<string, string> = {}): Promise<CliResult> =>
  runCli(['up', '--pipeline', pipeline, '--nats', server.url, '--lake', `file:${folder(lake)}`, '--until-idle'], {
    env,
  });

function publish(): Promise<void> {
  const orders = makeOrders(eachTime, { startMs: pastStartMs(Date.now()), prefix: `time-${times++}` });
  return withNats(server.url, (nats) =>
    publishAll(
      nats,
      orders.map((order) => ({ subject: 'shop.orders', payload: toBytes(order) })),
    ),
  );
}

async function expectWhole(lake: string): Promise<void> {
  await withLake(`file:${folder(lake)}`, async (ask) => {
    const count = times * eachTime;
    expect(await ask('SELECT count(*) AS n FROM bronze_orders')).toEqual([{ n: count }]);
    expect(await ask('SELECT count(*) AS n, count(DISTINCT order_id) AS ids FROM silver_orders')).toEqual([
      { n: count, ids: count },
    ]);
    expect(await ask('SELECT sum(orders) AS n FROM sales_by_state_latest')).toEqual([{ n: count }]);
  });
}

describe('a lake is bound to its pipeline', () => {
  test(
    'an empty one by a typing error is refused, with and without new events, and the right one is whole afterwards',
    async () => {
      await publish();
      expect(await up('right')).toMatchObject({ code: 0 });
      const empty = await up('rihgt');
      expect(empty).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /it is not in file:\S+rihgt\/?, and this pipeline has written it before, to file:\S+right.*AFL_ACCEPT_NEW_LAKE/,
        ),
      });
      await publish();
      expect(await up('rihgt')).toMatchObject({ code: 1 });
      expect(await up('right')).toMatchObject({ code: 0 });
      await expectWhole('right');
    },
    runMsMax,
  );

  test(
    'one of another pipeline is refused',
    async () => {
      const other = copyPipeline('test/pipelines/orders', folder('of-others'), {
        'pipeline.yaml': (text) =>
          text.replace(/^name: .*$/m, 'name: others').replaceAll('shop.orders', 'others.orders'),
      });
      const run = await runCli([
        'up',
        '--pipeline',
        other,
        '--nats',
        server.url,
        '--lake',
        `file:${folder('right')}`,
        '--until-idle',
      ]);
      expect(run).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('it belongs to pipeline "orders": give "others" another lake'),
      });
    },
    runMsMax,
  );

  test(
    'a copy of it in another place is taken',
    async () => {
      cpSync(folder('right'), folder('moved'), { recursive: true });
      rmSync(folder('right'), { recursive: true });
      await publish();
      expect(await up('moved')).toMatchObject({ code: 0 });
      await expectWhole('moved');
    },
    runMsMax,
  );

  test(
    'an older copy is refused, and the newer one is whole afterwards',
    async () => {
      cpSync(folder('moved'), folder('yesterday'), { recursive: true });
      await publish();
      expect(await up('moved')).toMatchObject({ code: 0 });
      await publish();
      expect(await up('yesterday')).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/is an older copy \(version \d+ of at least \d+\)/),
      });
      expect(await up('moved')).toMatchObject({ code: 0 });
      await expectWhole('moved');
    },
    runMsMax,
  );

  test(
    'a new one begins when the operator says so',
    async () => {
      await publish();
      expect(await up('new', { AFL_ACCEPT_NEW_LAKE: 'true' })).toMatchObject({ code: 0 });
      await withLake(`file:${folder('new')}`, async (ask) => {
        expect(
          (await ask(`SELECT count(*) AS n FROM silver_orders WHERE order_id LIKE 'time-${times - 1}-%'`))[0],
        ).toEqual({ n: eachTime });
      });
      await publish();
      expect(await up('new')).toMatchObject({ code: 0 });
    },
    runMsMax,
  );
});
