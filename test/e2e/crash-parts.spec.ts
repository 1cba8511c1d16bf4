/** kill -9 of lake-writer at each of its crash points, with tables of list items and tables by condition: each has its rows once. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { crashPoints } from '#runtime/ground/crash-point';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { Fleet } from './support/fleet.js';
import { expectInLake, listOrders, quickCommits } from './support/list-orders.js';
import { copyPipeline } from './support/pipeline-copy.js';
import { publishAll } from './support/publish.js';
import { Watch } from './support/watch.js';

const runMsMax = 120_000;
const orders = listOrders(2_000);
const batch = 250;
const lakePoints = crashPoints.filter((point) => point.startsWith('lake.'));

let work: TempDir;
let server: NatsServer;
let fleet: Fleet | undefined;

beforeEach(async () => {
  work = makeTempDir('crash-parts');
  server = await startNats();
});
afterEach(async () => {
  await fleet?.stop();
  await server.stop();
  work.remove();
});

test.each(lakePoints)(
  '%s loses and repeats no row',
  async (point) => {
    const pipeline = copyPipeline('examples/06-rows-of-lists', work.path, { 'pipeline.yaml': quickCommits });
    const lake = join(work.path, 'lake');
    const watch = await Watch.open(server.url, pipeline);
    try {
      const crashAt = { 'lake-writer': [`${point}:2`] };
      fleet = await Fleet.start({ pipeline, nats: server.url, lake, logs: join(work.path, 'logs'), crashAt });
      for (let at = 0; at < orders.length; at += batch) {
        const messages = orders
          .slice(at, at + batch)
          .map((order) => ({ subject: 'shop-lists.orders', payload: JSON.stringify(order) }));
        await publishAll(watch.nats, messages);
        await sleep(batch);
      }
      await watch.idle(runMsMax / 2);
      expect(fleet.deaths).toEqual([{ service: 'lake-writer', how: 'SIGKILL' }]);
      await expectInLake(lake, orders);
    } finally {
      await watch.close();
    }
  },
  runMsMax,
);
