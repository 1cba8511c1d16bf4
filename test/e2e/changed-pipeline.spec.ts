/** A pipeline whose fixed properties are changed while events wait: refused by every command, with what to do; set back, everything arrives once. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tasksBucketOf } from '#frame/log-name';
import { TaskBoard } from '#runtime/ground/task-board';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { type CliResult, endPrograms, runCli } from './support/cli.js';
import { Fleet } from './support/fleet.js';
import { withLake } from './support/lake.js';
import { makeOrders, pastStartMs, toBytes } from './support/orders.js';
import { copyPipeline } from './support/pipeline-copy.js';
import { publishAll, withNats } from './support/publish.js';
import { Watch } from './support/watch.js';

const runMsMax = 240_000;
const ingestMsMax = 30_000;
const pollMs = 100;
const ingestTask = 'ingest.orders';

let work: TempDir;
let server: NatsServer;
let pipeline: string;
let lake: string;
let published: number;

beforeEach(async () => {
  work = makeTempDir('changed-pipeline');
  server = await startNats();
  pipeline = copyPipeline('test/pipelines/orders', work.path, {});
  lake = `file:${join(work.path, 'lake')}`;
  published = 0;
});
afterEach(async () => {
  await endPrograms();
  await server.stop();
  work.remove();
});

const run = (...args: string[]): Promise<CliResult> => runCli([...args, '--pipeline', pipeline, '--nats', server.url]);
const up = (): Promise<CliResult> => run('up', '--lake', lake, '--until-idle');

function change(from: string, to: string): void {
  const file = join(pipeline, 'pipeline.yaml');
  const before = readFileSync(file, 'utf8');
  expect(before).toContain(from);
  writeFileSync(file, before.replaceAll(from, to));
}

async function publish(count: number): Promise<void> {
  const orders = makeOrders(count, { startMs: pastStartMs(Date.now()), prefix: `at-${published}` });
  published += count;
  const watch = await Watch.open(server.url, pipeline);
  await publishAll(
    watch.nats,
    orders.map((order) => ({ subject: 'shop.orders', payload: toBytes(order) })),
  );
  await watch.close();
}

/** What all wait for stands in raw logs, and nobody has read it. */
async function ingestAlone(): Promise<void> {
  const fleet = await Fleet.start({
    pipeline,
    nats: server.url,
    lake,
    logs: join(work.path, 'logs'),
    services: ['ingest'],
  });
  await withNats(server.url, async (nats) => {
    const board = new TaskBoard(nats, await nats.openBucket(tasksBucketOf('orders'), { replicas: 1 }));
    const untilMs = performance.now() + ingestMsMax;
    while (((await board.read(ingestTask))?.inputs[0]?.position ?? 0) < published) {
      if (performance.now() > untilMs) throw new Error('ingest has not stored the orders');
      await sleep(pollMs);
    }
  });
  await fleet.stop();
}

function streamNames(): Promise<string[]> {
  return withNats(server.url, async ({ jsm }) => {
    const names: string[] = [];
    for await (const name of jsm.streams.names()) names.push(name);
    return names.sort();
  });
}

/** Every command says so, ends with 1, and makes no stream. */
async function expectRefused(says: RegExp): Promise<void> {
  const before = await streamNames();
  for (const refused of [await up(), await run('streams', '--check'), await run('streams')])
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(says) });
  expect(await streamNames()).toEqual(before);
}

async function expectWhole(): Promise<void> {
  expect(await up()).toMatchObject({ code: 0 });
  await withLake(lake, async (ask) => {
    expect(await ask('SELECT count(*)::INT AS n FROM bronze_orders')).toEqual([{ n: published }]);
    expect(await ask('SELECT count(*)::INT AS n, count(DISTINCT order_id)::INT AS ids FROM silver_orders')).toEqual([
      { n: published, ids: published },
    ]);
    for (const [table, key] of [
      ['sales_by_state', 'state'],
      ['gold_by_customer', 'customer'],
    ]) {
      const right = `SELECT ${key}, time_bucket(INTERVAL 10 SECONDS, placed_at) AS window_start, count(*)::INT AS orders FROM silver_orders GROUP BY ALL`;
      const given = `SELECT ${key}, window_start, orders::INT AS orders FROM ${table}_latest`;
      expect(await ask(`(${right} EXCEPT ${given}) UNION ALL (${given} EXCEPT ${right})`)).toEqual([]);
    }
  });
}

test(
  'a number of partitions that is changed while frames wait is refused, and nothing is lost when it is set back',
  async () => {
    await publish(200);
    await ingestAlone();
    for (const other of [2, 4]) {
      change('partitions: 3', `partitions: ${other}`);
      await publish(100);
      await expectRefused(
        new RegExp(
          `stream afl_orders_raw_orders_0 was made for "source orders, 3 partitions by customer, id order_id\\.", but pipeline.yaml now says "source orders, ${other} partitions by .*Set that back.*another name and another lake`,
        ),
      );
      change(`partitions: ${other}`, 'partitions: 3');
    }
    await expectWhole();
  },
  runMsMax,
);

describe('a window', () => {
  /** Of another size, of a key that needs no merge any more, of one that needs a merge now, with a measure more. */
  const changes: ReadonlyArray<readonly [from: string, to: string]> = [
    ['tumbling: 10s', 'tumbling: 60s'],
    ['key: [state]', 'key: [state, customer]'],
    ['key: [customer]', 'key: [state]'],
    ['orders: count()', 'orders: count(), counted: count()'],
  ];

  test(
    'that is changed while one is open is refused, and the numbers are right when it is set back',
    async () => {
      await publish(200);
      expect(await up()).toMatchObject({ code: 0 });
      const file = join(pipeline, 'pipeline.yaml');
      const text = readFileSync(file, 'utf8');
      for (const [from, to] of changes) {
        change(from, to);
        await publish(100);
        await expectRefused(
          /stream afl_orders_(results|partials)_by_\w+_0 was made for "source orders, [^"]+ Window by_\w+, tumbling 10000 ms of placed_at, [^"]+", but pipeline.yaml now says .*Set that back.*give the window another name/,
        );
        writeFileSync(file, text);
      }
      await expectWhole();
    },
    runMsMax,
  );

  test(
    'under another name begins beside the one that was, whose results stay',
    async () => {
      await publish(200);
      expect(await up()).toMatchObject({ code: 0 });
      change('by_state', 'by_state_and_minute');
      change('tumbling: 10s', 'tumbling: 60s');
      change('by_customer', 'by_customer_and_minute');
      await publish(100);
      expect(await up()).toMatchObject({ code: 0 });
      await withLake(lake, async (ask) => {
        expect(await ask('SELECT sum(orders)::INT AS n FROM sales_by_state_latest')).toEqual([{ n: 200 }]);
        expect(
          await ask(
            'SELECT sum(orders)::INT >= 100 AS counted, bool_and(window_end - window_start = INTERVAL 60 SECONDS) AS minutes FROM sales_by_state_and_minute_latest',
          ),
        ).toEqual([{ counted: true, minutes: true }]);
      });
    },
    runMsMax,
  );
});
