/** All services replaced one after the other under load, as a Deployment does it: the new process runs before the old one gets SIGTERM. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectNats } from '#nats/connection/connection';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { allServices, Fleet } from './support/fleet.js';
import { withLake } from './support/lake.js';
import { pastStartMs } from './support/orders.js';
import { Pauses } from './support/pauses.js';
import { countOrders, steadyOrders } from './support/steady-orders.js';
import { Watch } from './support/watch.js';

const pipeline = join(projectRoot, 'test', 'pipelines', 'orders');
const settleMs = 2_500;
const pauseMsMax = 2_000;
const drainSecondsMax = 5;

let work: TempDir;
let server: NatsServer;
beforeAll(async () => {
  work = makeTempDir('rolling');
  server = await startNats();
});
afterAll(async () => {
  await server.stop();
  work.remove();
});

test('a rolling restart of all services under load pauses no partition, and loses and repeats nothing', async () => {
  const lake = `file:${join(work.path, 'lake')}`;
  const watch = await Watch.open(server.url, pipeline);
  const fleet = await Fleet.start({ pipeline, nats: server.url, lake, logs: join(work.path, 'logs') });
  const producer = steadyOrders(watch, pastStartMs(Date.now()));
  await sleep(2 * settleMs);
  const nats = await connectNats(server.url, 'test-pauses');
  const pauses = await Pauses.follow(nats, /^afl_orders_(raw|valid|enriched|partials|results)_/);
  const drains: Array<{ service: string; code: number | null; seconds: number }> = [];
  for (const service of allServices) {
    await fleet.add(service);
    drains.push({ service, ...(await fleet.retire(service)) });
  }
  await sleep(settleMs);
  const found = pauses.list();
  const { framesMin } = pauses;
  pauses.close();
  const published = await producer.stop();
  await watch.idle(60_000);
  await fleet.stop();
  await watch.close();
  await nats.nc.close();

  expect(framesMin).toBeGreaterThan(10);
  expect(found.filter(({ ms }) => ms > pauseMsMax)).toEqual([]);
  expect(drains.filter(({ code, seconds }) => code !== 0 || seconds > drainSecondsMax)).toEqual([]);
  expect(fleet.deaths).toEqual([]);
  const counts = await withLake(lake, (ask) => ask(countOrders));
  expect(counts).toEqual([{ rows: published, ids: published, bronze: published, quarantine: 0, windowed: published }]);
}, 180_000);
