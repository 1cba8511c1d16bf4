/** Events on which a process dies or never returns, in each stage, with two processes of each: the row is refused, and everything else goes on within a minute. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Service } from '#stages/topology/topology';
import { type ControlBuild, makeBuild } from '../controls/make-control.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { Fleet } from './support/fleet.js';
import { withLake } from './support/lake.js';
import { makeOrders, type Order, pastStartMs, toBytes } from './support/orders.js';
import { copyPipeline, quick } from './support/pipeline-copy.js';
import { plantedKillers } from './support/planted-killers.js';
import { publishAll } from './support/publish.js';
import { Watch } from './support/watch.js';

/** The promise: from the event to the moment when all that was published behind it has come through. */
const goesOnMsMax = 60_000;
const runMsMax = 240_000;
const around = 40;
const memoryKib = 4_000_000;
/** Text that the SQL makes a hundred times as long, five times: for one customer it does not fit into the memory of a process. */
const hog = Array.from({ length: 5 }).reduce<string>(
  (text) => `REPLACE(${text}, '§', '${'§'.repeat(100)}')`,
  "REPLACE(e.customer, 'hog-enrich', '§§')",
);

let work: TempDir;
let server: NatsServer;
let build: ControlBuild;
let watch: Watch;
let fleet: Fleet;
let lake: string;
const published: Order[] = [];
const startMs = pastStartMs(Date.now());

beforeAll(async () => {
  work = makeTempDir('killers');
  build = await makeBuild('planted-killers', plantedKillers);
  const pipeline = copyPipeline('test/pipelines/orders', work.path, {
    'pipeline.yaml': (text) =>
      quick['pipeline.yaml']!(text).replace(
        'ON e.city = c.city',
        `ON e.city = c.city\n      WHERE LENGTH(${hog}) >= 0`,
      ),
  });
  const limited = join(work.path, 'limited-node');
  writeFileSync(limited, `#!/bin/sh\nulimit -c 0\nulimit -d ${memoryKib}\nexec ${process.execPath} "$@"\n`);
  chmodSync(limited, 0o755);
  server = await startNats();
  lake = `file:${join(work.path, 'lake')}`;
  watch = await Watch.open(server.url, pipeline);
  fleet = await Fleet.start({
    pipeline,
    nats: server.url,
    lake,
    logs: join(work.path, 'logs'),
    root: build.root,
    execPath: limited,
  });
}, runMsMax);
afterAll(async () => {
  await fleet.stop();
  await watch.close();
  await server.stop();
  build.remove();
  work.remove();
});

/** Orders of a batch, an order of `customer` in the middle. */
async function publishAround(customer: string): Promise<void> {
  const orders = makeOrders(around + 1, {
    startMs,
    prefix: `batch ${published.length}`,
    seed: published.length + 1,
  }).map((order, i) => (i === around / 2 ? { ...order, customer } : order));
  published.push(...orders);
  await publishAll(
    watch.nats,
    orders.map((order) => ({ subject: 'shop.orders', payload: toBytes(order) })),
  );
}

interface Refused {
  readonly customer: string;
  readonly reason: string;
  readonly message: string;
}

async function refused(): Promise<Refused[]> {
  return withLake(lake, (ask) =>
    ask(
      `SELECT json_extract_string(decode(payload), '$.customer') AS customer, reason, message FROM quarantine_orders ORDER BY customer`,
    ),
  ) as unknown as Promise<Refused[]>;
}

describe('an event', () => {
  test.each<readonly [string, Service, RegExp | undefined]>([
    ['abort-validate', 'validate', /ended while working on this event \(SIGABRT\)/],
    ['stall-validate', 'validate', /took longer than 2\.5 s/],
    ['hog-enrich', 'enrich', /ended while working on this event|took longer than 2\.5 s/],
    ['abort-enrich', 'enrich', /ended while working on this event \(SIGABRT\)/],
    ['abort-window', 'aggregate', /ended while working on this event \(SIGABRT\)/],
    ['wait-reduce', 'aggregate', /took longer than 2\.5 s/],
    ['abort-ingest', 'ingest', undefined],
  ])(
    'of %s is all that %s refuses',
    async (customer, service, message) => {
      const name = await fleet.add(service);
      const before = (await refused().catch(() => [])).length;
      const fromMs = performance.now();
      await publishAround(customer);
      await watch.idle(runMsMax / 2);
      const tookMs = performance.now() - fromMs;
      const now = await refused();
      process.stderr.write(
        `${customer}: ${Math.round(tookMs / 100) / 10} s, ${JSON.stringify(now.filter((row) => row.customer === customer))}\n`,
      );
      expect(now.filter((row) => row.customer === customer)).toEqual(
        message ? [{ customer, reason: 'step_failed', message: expect.stringMatching(message) as unknown }] : [],
      );
      expect(now.length - before).toBe(message ? 1 : 0);
      expect(tookMs).toBeLessThan(goesOnMsMax);
      await fleet.drain(name).catch(() => undefined);
    },
    runMsMax,
  );

  test(
    'that was refused by a window only is in silver, any other in silver or in quarantine, once',
    async () => {
      const counts = await withLake(lake, (ask) =>
        ask(
          'SELECT (SELECT count(*) FROM bronze_orders) AS bronze, (SELECT count(*) FROM silver_orders) AS silver, (SELECT count(DISTINCT order_id) FROM silver_orders) AS ids',
        ),
      );
      const unrefused = published.length - 4;
      expect(counts).toEqual([{ bronze: published.length, silver: unrefused, ids: unrefused }]);
    },
    runMsMax,
  );

  test(
    'of which lake-writer dies halts its table with a reason that names the frame, and no other',
    async () => {
      const name = await fleet.add('lake-writer');
      await publishAround('abort-lake');
      await expect(watch.idle(runMsMax / 2)).rejects.toThrow(
        /^tasks halted:\nlake\.silver_orders[^\n]*ended while working on this event \(SIGABRT\)[^\n]*in the frame at [\d,]+ of its inputs[^\n]*$/,
      );
      expect(await withLake(lake, (ask) => ask('SELECT count(*) AS bronze FROM bronze_orders'))).toEqual([
        { bronze: published.length },
      ]);
      await fleet.drain(name);
    },
    runMsMax,
  );
});
