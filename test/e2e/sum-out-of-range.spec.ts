/** A window whose sum does not fit into its column: it has null there, quarantine names it, everything else goes on, and no service dies of it. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { Fleet } from './support/fleet.js';
import { withLake } from './support/lake.js';
import { makeOrders, type Order, pastStartMs, toBytes } from './support/orders.js';
import { copyPipeline, quick } from './support/pipeline-copy.js';
import { publishAll } from './support/publish.js';
import { Watch } from './support/watch.js';

const idleMsMax = 120_000;
const count = 600;
const nines = '9'.repeat(38);

let work: TempDir;
let server: NatsServer;
let watch: Watch;
let fleet: Fleet;
let lake: string;

beforeAll(async () => {
  work = makeTempDir('poison');
  // One such order fits into the sum, two of one customer do not.
  const pipeline = copyPipeline('test/pipelines/orders', work.path, {
    'pipeline.yaml': (text) =>
      quick['pipeline.yaml']!(text)
        .replace(
          'AS total\n',
          `AS total,\n             CAST(CASE WHEN e.customer = 'huge' THEN '${nines}' ELSE '1' END AS DECIMAL(38,0)) AS weightiness\n`,
        )
        .replace('pieces: sum(pieces),', 'pieces: sum(pieces), weightiness: sum(weightiness),'),
  });
  server = await startNats();
  lake = `file:${join(work.path, 'lake')}`;
  watch = await Watch.open(server.url, pipeline);
  fleet = await Fleet.start({ pipeline, nats: server.url, lake, logs: join(work.path, 'logs') });
}, idleMsMax);
afterAll(async () => {
  await fleet.stop();
  await watch.close();
  await server.stop();
  work.remove();
});

const publish = (payload: string | Uint8Array): { subject: string; payload: string | Uint8Array } => ({
  subject: 'shop.orders',
  payload,
});

test(
  'two orders whose sum overflows cost that sum only, which is named, and the partition goes on',
  async () => {
    const startMs = pastStartMs(Date.now());
    const orders = makeOrders(count, { startMs });
    const [one, two] = makeOrders(2, { startMs, prefix: 'huge' }) as [Order, Order];
    await publishAll(
      watch.nats,
      orders.slice(0, count / 2).map((order) => publish(toBytes(order))),
    );
    await watch.idle(idleMsMax);
    await publishAll(watch.nats, [
      publish(
        JSON.stringify([
          { ...one, customer: 'huge' },
          { ...two, customer: 'huge', placed_at: one.placed_at },
        ]),
      ),
    ]);
    await watch.idle(idleMsMax);
    await publishAll(
      watch.nats,
      orders.slice(count / 2).map((order) => publish(toBytes(order))),
    );
    await watch.idle(idleMsMax);
    const found = await withLake(lake, async (ask) => ({
      counts: (
        await ask(`SELECT (SELECT count(*) FROM bronze_orders) AS bronze, (SELECT count(DISTINCT order_id) FROM silver_orders) AS silver,
      (SELECT CAST(sum(orders) AS BIGINT) FROM (SELECT arg_max(orders, revision) AS orders FROM gold_by_customer GROUP BY window_start, customer)) AS windowed,
      (SELECT CAST(sum(orders) AS BIGINT) FROM (SELECT arg_max(orders, revision) AS orders FROM sales_by_state GROUP BY window_start, state)) AS merged`)
      )[0],
      huge: await ask(
        `SELECT orders, weightiness IS NULL AS unknown FROM gold_by_customer_latest WHERE customer = 'huge'`,
      ),
      refused: await ask(
        `SELECT DISTINCT reason, pointer, message LIKE 'window by_customer: %' AS told, json_extract_string(decode(payload), '$.customer') AS customer FROM quarantine_orders`,
      ),
    }));
    expect(found.counts).toEqual({ bronze: count + 2, silver: count + 2, windowed: count + 2, merged: count + 2 });
    expect(found.huge).toEqual([{ orders: 2, unknown: true }]);
    expect(found.refused).toEqual([
      { reason: 'sum_out_of_range', pointer: '/weightiness', told: true, customer: 'huge' },
    ]);
    expect(fleet.deaths).toEqual([]);
    const log = fleet.log('aggregate');
    // What an event holds is for the tables, not for logs.
    expect(log).not.toContain(nines);
  },
  3 * idleMsMax,
);
