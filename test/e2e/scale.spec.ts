/** A service scaled from one process to three and back under load: no partition pauses, nothing is lost or repeated. */
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
/** What an operator may see of a hand-over. */
const pauseMsMax = 2_000;
/** A drain ends within this. */
const drainSecondsMax = 5;

let work: TempDir;
let server: NatsServer;
beforeAll(async () => {
  work = makeTempDir('scale');
  server = await startNats();
});
afterAll(async () => {
  await server.stop();
  work.remove();
});

test('every service goes from one process to three and back under load without a pause, a loss or a repeat', async () => {
  const lake = `file:${join(work.path, 'lake')}`;
  const watch = await Watch.open(server.url, pipeline);
  const fleet = await Fleet.start({ pipeline, nats: server.url, lake, logs: join(work.path, 'logs') });
  const producer = steadyOrders(watch, pastStartMs(Date.now()));
  await sleep(2 * settleMs);
  const nats = await connectNats(server.url, 'test-pauses');
  const drains: Array<{ code: number | null; seconds: number }> = [];
  const found: Array<{ service: string; stream: string; ms: number }> = [];
  for (const service of allServices) {
    const pauses = await Pauses.follow(nats, /^afl_orders_(raw|valid|enriched|partials|results)_/);
    await sleep(settleMs);
    const added = [await fleet.add(service), await fleet.add(service)];
    await sleep(settleMs);
    for (const name of added) drains.push(await fleet.drain(name));
    await sleep(settleMs);
    found.push(...pauses.list().map(({ stream, ms }) => ({ service, stream, ms })));
    expect(pauses.framesMin).toBeGreaterThan(10);
    pauses.close();
  }
  const published = await producer.stop();
  await watch.idle(60_000);
  const codes = await fleet.stop();
  await watch.close();
  await nats.nc.close();

  expect(found.filter(({ ms }) => ms > pauseMsMax)).toEqual([]);
  expect(drains.filter(({ code, seconds }) => code !== 0 || seconds > drainSecondsMax)).toEqual([]);
  expect(Object.fromEntries(codes)).toEqual(Object.fromEntries(allServices.map((service) => [service, 0])));
  expect(fleet.deaths).toEqual([]);
  const counts = await withLake(lake, (ask) => ask(countOrders));
  expect(counts).toEqual([{ rows: published, ids: published, bronze: published, quarantine: 0, windowed: published }]);
}, 180_000);
