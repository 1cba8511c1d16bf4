/** The buckets of a pipeline are deleted under its running services: they are made again, logs are trimmed on, and every event arrives once. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { leasesBucketOf, membersBucketOf, objectsBucketOf, tasksBucketOf } from '#frame/log-name';
import { connectNats } from '#nats/connection/connection';
import { streamInfo } from '#nats/streams/stream-info';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { endPrograms, runCli, startCli } from './support/cli.js';
import { withLake } from './support/lake.js';
import { makeOrders, pastStartMs, toBytes } from './support/orders.js';
import { copyPipeline } from './support/pipeline-copy.js';
import { publishAll, withNats } from './support/publish.js';

const runMsMax = 120_000;
const arriveMsMax = 40_000;
const eachTime = 400;
const noteBytes = 13_000;
/** So small that a pipeline whose logs are not trimmed stands still. */
const logBytesMax = 8 * 1024 * 1024;

const buckets = [tasksBucketOf, leasesBucketOf, membersBucketOf, objectsBucketOf].map((nameOf) => nameOf('orders'));

let work: TempDir;
let server: NatsServer;
beforeAll(async () => {
  work = makeTempDir('bucket-deleted');
  server = await startNats();
});
afterAll(async () => {
  await server.stop();
  work.remove();
});
afterEach(endPrograms);

test(
  'all four buckets are made again, and everything goes on by itself',
  async () => {
    const pipeline = copyPipeline('test/pipelines/orders', work.path, {});
    const lake = `file:${join(work.path, 'lake')}`;
    const env = { AFL_LOG_BYTES_MAX: String(logBytesMax) };
    expect(await runCli(['streams', '--pipeline', pipeline, '--nats', server.url], { env })).toMatchObject({ code: 0 });
    const up = startCli(['up', '--pipeline', pipeline, '--nats', server.url, '--lake', lake], { env });
    let times = 0;
    const { jsm, nc } = await connectNats(server.url, 'admin');
    await withNats(server.url, async (nats) => {
      const silver = (): Promise<number> =>
        withLake(lake, async (ask) => Number((await ask('SELECT count(*) AS n FROM silver_orders'))[0]!['n'])).catch(
          () => 0,
        );
      const publishAndWait = async (): Promise<void> => {
        const orders = makeOrders(eachTime, { startMs: pastStartMs(Date.now()), prefix: `t${times++}` }).map(
          (order) => ({ ...order, note: 'x'.repeat(noteBytes) }),
        );
        await publishAll(
          nats,
          orders.map((order) => ({ subject: 'shop.orders', payload: toBytes(order) })),
        );
        const untilMs = performance.now() + arriveMsMax;
        while ((await silver()) < times * eachTime) {
          if (performance.now() > untilMs) throw new Error(`${await silver()} of ${times * eachTime} events in silver`);
          await sleep(300);
        }
      };
      await publishAndWait();
      for (const bucket of buckets) {
        await jsm.streams.delete(`KV_${bucket}`);
        for (let more = 0; more < 2; more++) await publishAndWait();
      }
    });
    await nc.close();
    up.signal('SIGTERM');
    expect(await up.ended).toMatchObject({ code: 0 });
    const again = await runCli(['up', '--pipeline', pipeline, '--nats', server.url, '--lake', lake, '--until-idle'], {
      env,
    });
    expect(again.code).toBe(0);
    await withNats(server.url, async (nats) => {
      for (const bucket of buckets) expect(await streamInfo(nats, `KV_${bucket}`)).toBeDefined();
    });
    await withLake(lake, async (ask) => {
      expect(await ask('SELECT count(*) AS n, count(DISTINCT order_id) AS ids FROM silver_orders')).toEqual([
        { n: times * eachTime, ids: times * eachTime },
      ]);
      expect(await ask('SELECT sum(orders) AS n FROM sales_by_state_latest')).toEqual([{ n: times * eachTime }]);
    });
  },
  runMsMax,
);
