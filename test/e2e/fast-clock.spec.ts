/** Producers whose clocks are fast by hours disturb nobody: everything is taken, nothing is late, and gold agrees with silver, also after a restart. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { endPrograms, runCli } from './support/cli.js';
import { withLake } from './support/lake.js';
import { makeOrders, type Order, toBytes } from './support/orders.js';
import { publishAll } from './support/publish.js';
import { Watch } from './support/watch.js';

const pipeline = join(projectRoot, 'test', 'pipelines', 'orders');
const fastMs = [90_000, 3 * 3_600_000, 23 * 3_600_000];

let work: TempDir;
let server: NatsServer;
let lake: string;

beforeAll(async () => {
  work = makeTempDir('fast-clock');
  server = await startNats();
  lake = `file:${join(work.path, 'lake')}`;
}, 60_000);
afterAll(async () => {
  await server.stop();
  work.remove();
});
afterEach(endPrograms);

/** 300 orders of now, every tenth of them by a fast clock; those of one customer share a partition with honest ones. */
function ordersOf(prefix: string): Order[] {
  const nowMs = Date.now();
  return makeOrders(300, { startMs: nowMs, prefix }).map((order, i) => ({
    ...order,
    placed_at: new Date(nowMs + (i % 10 === 3 ? fastMs[i % 3]! : 0)).toISOString(),
  }));
}

async function send(prefix: string): Promise<void> {
  const watch = await Watch.open(server.url, pipeline);
  // One by one, so that each order finds the watermark that the ones before it have made.
  for (const order of ordersOf(prefix))
    await publishAll(watch.nats, [{ subject: 'shop.orders', payload: toBytes(order) }]);
  await watch.close();
  const { code, stderr } = await runCli([
    'up',
    '--pipeline',
    pipeline,
    '--nats',
    server.url,
    '--lake',
    lake,
    '--until-idle',
  ]);
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
}

const silverByCustomer =
  'SELECT customer, time_bucket(INTERVAL 10 SECONDS, placed_at) AS window_start, count(*)::INT AS orders, sum(pieces)::INT AS pieces FROM silver_orders GROUP BY ALL';

test('nobody is late because of a fast clock, and each order counts in the window of its own time', async () => {
  for (const [i, prefix] of ['first', 'after a restart'].entries()) {
    await send(prefix);
    await withLake(lake, async (ask) => {
      expect(
        await ask(
          'SELECT (SELECT count(*)::INT FROM silver_orders) AS silver, (SELECT count(*)::INT FROM quarantine_orders) AS quarantine',
        ),
      ).toEqual([{ silver: 300 * (i + 1), quarantine: 0 }]);
      expect(
        await ask(
          `SELECT * FROM (${silverByCustomer}) EXCEPT SELECT customer, window_start, orders::INT, pieces::INT FROM gold_by_customer_latest`,
        ),
      ).toEqual([]);
      expect(
        await ask('SELECT count(*)::INT AS ahead FROM silver_orders WHERE placed_at - _arrived_at > INTERVAL 1 HOUR'),
      ).toEqual([{ ahead: 20 * (i + 1) }]);
    });
  }
}, 180_000);
