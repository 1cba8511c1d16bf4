/** Backup and restore as docs/operations.md describes them: with real servers, processes and tables. */
import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Fleet } from '../e2e/support/fleet.js';
import { withLake } from '../e2e/support/lake.js';
import { makeOrders, pastStartMs, toBytes } from '../e2e/support/orders.js';
import { publishAll } from '../e2e/support/publish.js';
import { Watch } from '../e2e/support/watch.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

const pipeline = join(projectRoot, 'test', 'pipelines', 'orders');
const runMsMax = 240_000;
const idleMsMax = 60_000;
/** Longer than a backup takes: what the lake's copy has not seen stays in the logs. */
const retentionMs = 600_000;

let work: TempDir;
let server: NatsServer;
let startMs: number;
const place = (name: string): string => join(work.path, name);
const lakeUrl = (): string => `file:${place('lake')}`;

beforeEach(async () => {
  work = makeTempDir('backup');
  startMs = pastStartMs(Date.now());
  server = await startNats({ storeDir: place('nats') });
});
afterEach(async () => {
  await server.stop();
  work.remove();
});

/** Said once to lake-writer when a lake is lost, or an older copy of it is put in its place. */
const acceptLake = { AFL_ACCEPT_NEW_LAKE: 'true' };

async function withFleet(
  retention: number,
  job: (watch: Watch, fleet: Fleet) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const watch = await Watch.open(server.url, pipeline);
  const fleet = await Fleet.start({
    pipeline,
    nats: server.url,
    lake: lakeUrl(),
    logs: place('logs'),
    env: { AFL_LOG_RETENTION_MS: String(retention), AFL_LEASE_TTL_MS: '1000', ...env },
  });
  try {
    await job(watch, fleet);
  } finally {
    await fleet.stop();
    await watch.close();
  }
}

/** Publishes so many orders, and waits until they are in the lake. */
async function feed(watch: Watch, prefix: string, count: number): Promise<void> {
  await publishAll(
    watch.nats,
    makeOrders(count, { startMs, prefix }).map((order) => ({ subject: 'shop.orders', payload: toBytes(order) })),
  );
  await watch.idle(idleMsMax);
}

/** The way that the guide says: first the log of each table, then its data, so that every entry's files are there; nothing unfinished. */
function copyLake(to: string): void {
  const tables = readdirSync(place('lake')).filter((name) => existsSync(join(place('lake'), name, '_delta_log')));
  for (const table of tables)
    cpSync(join(place('lake'), table, '_delta_log'), join(to, table, '_delta_log'), { recursive: true });
  for (const table of tables)
    cpSync(join(place('lake'), table), join(to, table), {
      recursive: true,
      filter: (path) => !path.includes('_delta_log'),
    });
}

/** NATS's files are copied while it is stopped. */
async function copyNats(to: string): Promise<void> {
  await server.kill();
  cpSync(place('nats'), to, { recursive: true });
  await server.restart();
}

/** What is there is lost, and the copies take its place. */
async function restore(copies: { nats?: string; lake?: string }): Promise<void> {
  await server.kill();
  for (const [name, copy] of Object.entries(copies)) {
    rmSync(place(name), { recursive: true });
    renameSync(copy, place(name));
  }
  await server.restart();
}

const silver = (): Promise<unknown> =>
  withLake(lakeUrl(), (ask) =>
    ask(
      `SELECT split_part(order_id, '-', 1) AS run, count(*) AS rows, count(DISTINCT order_id) AS ids FROM silver_orders GROUP BY ALL ORDER BY ALL`,
    ),
  );
const runs = (...counts: [string, number][]): unknown[] =>
  counts.map(([run, count]) => ({ run, rows: count, ids: count }));

/** Every halted task's reason, after the services had time to find it. */
async function haltReason(env: Readonly<Record<string, string>> = {}): Promise<string> {
  let reason = '';
  await withFleet(
    0,
    async (watch) => {
      await watch.idle(idleMsMax).catch((error: Error) => (reason = error.message));
    },
    env,
  );
  return reason;
}

describe('a backup', () => {
  test(
    'of a pipeline at rest is restored and goes on, each order once',
    async () => {
      await withFleet(0, (watch) => feed(watch, 'a', 1_000));
      await copyNats(place('copy-nats'));
      copyLake(place('copy-lake'));
      await withFleet(0, (watch) => feed(watch, 'lost', 500));
      await restore({ nats: place('copy-nats'), lake: place('copy-lake') });
      await withFleet(0, (watch) => feed(watch, 'b', 700));
      expect(await silver()).toEqual(runs(['a', 1_000], ['b', 700]));
    },
    runMsMax,
  );

  test(
    'of a running pipeline, lake first, is restored and goes on, each order once',
    async () => {
      await withFleet(retentionMs, async (watch) => {
        await feed(watch, 'a', 1_000);
        const publishing = feed(watch, 'b', 2_000);
        copyLake(place('copy-lake'));
        await publishing;
        await feed(watch, 'c', 500);
        await copyNats(place('copy-nats'));
      });
      await withFleet(retentionMs, (watch) => feed(watch, 'lost', 300));
      await restore({ nats: place('copy-nats'), lake: place('copy-lake') });
      await withFleet(retentionMs, (watch) => feed(watch, 'd', 400), acceptLake);
      expect(await silver()).toEqual(runs(['a', 1_000], ['b', 2_000], ['c', 500], ['d', 400]));
    },
    runMsMax,
  );
});

describe('a loss without a backup', () => {
  test(
    'of all of NATS: the lake stays, and goes on with new streams',
    async () => {
      await withFleet(0, (watch) => feed(watch, 'a', 500));
      await server.kill();
      rmSync(place('nats'), { recursive: true });
      await server.restart();
      await withFleet(0, (watch) => feed(watch, 'b', 400));
      expect(await silver()).toEqual(runs(['a', 500], ['b', 400]));
    },
    runMsMax,
  );

  test(
    'of the lake: a new one begins with what the logs still hold',
    async () => {
      await withFleet(retentionMs, (watch) => feed(watch, 'a', 500));
      rmSync(place('lake'), { recursive: true });
      await withFleet(retentionMs, (watch) => feed(watch, 'b', 400), acceptLake);
      expect(await silver()).toEqual(runs(['a', 500], ['b', 400]));
    },
    runMsMax,
  );
});

describe('copies that do not belong together', () => {
  test(
    'are noticed: NATS older than the lake',
    async () => {
      await withFleet(0, (watch) => feed(watch, 'a', 500));
      await copyNats(place('copy-nats'));
      await withFleet(0, (watch) => feed(watch, 'b', 500));
      await restore({ nats: place('copy-nats') });
      expect(await haltReason()).toMatch(/lake\.\w+: .*lost its tail/);
    },
    runMsMax,
  );

  test(
    'are noticed: a lake older than what NATS has deleted',
    async () => {
      await withFleet(0, (watch) => feed(watch, 'a', 500));
      copyLake(place('copy-lake'));
      let copied: number[] = [];
      // Validate saves its state when it stops, and what it has read is deleted when it runs again.
      await withFleet(0, async (watch) => {
        copied = (await rawLogs(watch)).map(({ last_seq: last }) => last);
        await feed(watch, 'b', 500);
      });
      await withFleet(0, (watch) => trimmedBeyond(watch, copied));
      await restore({ lake: place('copy-lake') });
      expect(await haltReason(acceptLake)).toMatch(/lake\.\w+: .*deleted before/);
    },
    runMsMax,
  );
});

async function rawLogs(watch: Watch): Promise<{ first_seq: number; last_seq: number }[]> {
  const infos = await Promise.all(
    [0, 1, 2].map((partition) => watch.nats.jsm.streams.info(`afl_orders_raw_orders_${partition}`)),
  );
  return infos.map(({ state }) => state);
}

/** Waits until each raw log has lost a frame that came after these sequences. */
async function trimmedBeyond(watch: Watch, copied: readonly number[]): Promise<void> {
  const untilMs = performance.now() + idleMsMax;
  for (;;) {
    const logs = await rawLogs(watch);
    if (logs.every(({ first_seq: first }, i) => first > copied[i]! + 1)) return;
    if (performance.now() > untilMs)
      throw new Error(`raw logs are not trimmed beyond ${copied}: ${JSON.stringify(logs)}`);
    await sleep(200);
  }
}
