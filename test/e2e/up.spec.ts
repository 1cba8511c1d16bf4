/** A pipeline of one's own against a running NATS: the tables hold what DuckDB makes of the same input. */
import { appendFileSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { type CliResult, endPrograms, runCli } from './support/cli.js';
import { type Ask, withLake } from './support/lake.js';
import { makeOrders, type Order, pastStartMs, toBytes } from './support/orders.js';
import { publishAll, withNats } from './support/publish.js';
import { Watch } from './support/watch.js';

const runMsMax = 120_000;
const count = 3_000;

let work: TempDir;
let pipeline: string;
let server: NatsServer;
let lake: string;
let input: string;
let first: CliResult;

/** One message with one order, one with an array, one with lines: any mix of them is a stream of orders. */
function messagesOf(orders: readonly Order[]): { subject: string; payload: Uint8Array | string }[] {
  const messages: { subject: string; payload: Uint8Array | string }[] = [];
  for (let at = 0; at < orders.length; ) {
    const form = at % 3;
    const part = orders.slice(at, at + (form === 0 ? 1 : 7));
    const payload =
      form === 0
        ? toBytes(part[0]!)
        : form === 1
          ? JSON.stringify(part, undefined, at % 2 ? 2 : 0)
          : part.map((order) => JSON.stringify(order)).join('\n');
    messages.push({ subject: at % 2 === 0 ? 'shop.orders' : 'shop.orders.web', payload });
    at += part.length;
  }
  return messages;
}

beforeAll(async () => {
  work = makeTempDir('up');
  pipeline = join(work.path, 'orders');
  cpSync(join(projectRoot, 'test', 'pipelines', 'orders'), pipeline, { recursive: true });
  server = await startNats();
  lake = `file:${join(work.path, 'lake')}`;
  const orders = makeOrders(count, { startMs: pastStartMs(Date.now()) });
  input = join(work.path, 'orders.ndjson');
  writeFileSync(input, orders.map((order) => `${JSON.stringify(order)}\n`).join(''));
  const watch = await Watch.open(server.url, pipeline);
  await publishAll(watch.nats, messagesOf(orders));
  await watch.close();
  first = await runCli(['up', '--pipeline', pipeline, '--nats', server.url, '--lake', lake, '--until-idle']);
}, runMsMax);
afterAll(async () => {
  await server.stop();
  work.remove();
});
afterEach(endPrograms);

const events =
  (): string => `read_json('${input}', format = 'newline_delimited', columns = {order_id: 'VARCHAR', customer: 'VARCHAR', placed_at: 'TIMESTAMPTZ',
  city: 'VARCHAR', pieces: 'BIGINT', price: 'VARCHAR', weight: 'DOUBLE', gift: 'BOOLEAN', note: 'VARCHAR', tags: 'JSON'})`;
const enriched =
  (): string => `(SELECT e.* EXCLUDE (price, tags), CAST(price AS DECIMAL(12,2)) AS price, CAST(tags AS VARCHAR) AS tags, c.state, CAST(c.vat AS BIGINT) AS vat,
    CAST(pieces * CAST(price AS DECIMAL(12,2)) AS DECIMAL(14,2)) AS total
  FROM ${events()} e LEFT JOIN read_csv('${join(pipeline, 'reference', 'cities.csv')}', header = true) c USING (city))`;
const windowStart = 'time_bucket(INTERVAL 10 SECOND, placed_at) AS window_start';

/** Rows that stand in one of the two and not, or not as often, in the other. */
async function differences(ask: Ask, expected: string, found: string): Promise<unknown> {
  return {
    lost: await ask(`SELECT * FROM (${expected}) EXCEPT ALL SELECT * FROM (${found}) LIMIT 5`),
    extra: await ask(`SELECT * FROM (${found}) EXCEPT ALL SELECT * FROM (${expected}) LIMIT 5`),
  };
}
const none = { lost: [], extra: [] };

describe('afluente up --until-idle', () => {
  test('ends with exit code 0 and tells its progress', () => {
    expect(first).toMatchObject({ code: 0, stdout: expect.not.stringContaining('level":"error') });
    expect(first.stderr).toMatch(/lake-writer +http:/);
    expect(first.stderr).toContain('watermark');
    expect(first.stderr).not.toMatch(/starting it again|halted/);
  });

  test('keeps every event in bronze, byte for byte', async () => {
    await withLake(lake, async (ask) => {
      const found = `SELECT decode(payload)::JSON->>'order_id' AS order_id, CAST(payload_ref AS VARCHAR) AS ref FROM bronze_orders`;
      expect(await differences(ask, `SELECT order_id, CAST(NULL AS VARCHAR) FROM ${events()}`, found)).toEqual(none);
      expect(await ask('SELECT count(*) AS n FROM quarantine_orders')).toEqual([{ n: 0 }]);
    });
  });

  test('makes the rows of silver that DuckDB makes', async () => {
    const columns =
      'order_id, customer, placed_at, city, pieces, price, weight, gift, note, tags, state, CAST(vat AS BIGINT) AS vat, total';
    await withLake(lake, async (ask) => {
      expect(
        await differences(ask, `SELECT ${columns} FROM ${enriched()}`, `SELECT ${columns} FROM silver_orders`),
      ).toEqual(none);
      expect(
        await ask(
          'SELECT DISTINCT typeof(total) AS total, typeof(placed_at) AS time, typeof(price) AS price FROM silver_orders',
        ),
      ).toEqual([{ total: 'DECIMAL(14,2)', time: 'TIMESTAMP WITH TIME ZONE', price: 'DECIMAL(12,2)' }]);
    });
  });

  test('computes a window across partitions as DuckDB does', async () => {
    await withLake(lake, async (ask) => {
      const expected = `SELECT ${windowStart}, state, count(*) AS orders, CAST(sum(total) AS VARCHAR) AS revenue, CAST(min(price) AS VARCHAR) AS cheapest, count(DISTINCT customer) AS customers
        FROM ${enriched()} GROUP BY ALL`;
      const found =
        'SELECT window_start, state, orders, CAST(revenue AS VARCHAR), CAST(cheapest AS VARCHAR), customers FROM sales_by_state_latest';
      expect(await differences(ask, expected, found)).toEqual(none);
    });
  });

  test('computes a window within partitions as DuckDB does', async () => {
    await withLake(lake, async (ask) => {
      const expected = `SELECT ${windowStart}, customer, count(*) AS orders, CAST(sum(pieces) AS BIGINT) AS pieces, CAST(max(price) AS VARCHAR) AS dearest, round(avg(weight), 6) AS mean_weight
        FROM ${enriched()} GROUP BY ALL`;
      const found =
        'SELECT window_start, customer, orders, CAST(pieces AS BIGINT), CAST(dearest AS VARCHAR), round(mean_weight, 6) FROM gold_by_customer_latest';
      expect(await differences(ask, expected, found)).toEqual(none);
      expect(
        await ask('SELECT count(*) AS n FROM gold_by_customer WHERE window_end - window_start <> INTERVAL 10 SECOND'),
      ).toEqual([{ n: 0 }]);
    });
  });

  test(
    'run again with nothing new ends soon and changes nothing',
    async () => {
      const before = await withLake(lake, (ask) => ask('SELECT count(*) AS n, max(_seq) AS seq FROM silver_orders'));
      const again = await runCli(['up', '--pipeline', pipeline, '--nats', server.url, '--lake', lake, '--until-idle']);
      expect(again.code).toBe(0);
      expect(await withLake(lake, (ask) => ask('SELECT count(*) AS n, max(_seq) AS seq FROM silver_orders'))).toEqual(
        before,
      );
    },
    runMsMax,
  );

  test(
    'goes on with later events: duplicates of earlier ones are dropped, a changed reference table is used',
    async () => {
      appendFileSync(join(pipeline, 'reference', 'cities.csv'), 'Manaus,AM,19\n');
      const repeated = makeOrders(50, { startMs: pastStartMs(Date.now()) });
      const more = makeOrders(200, { startMs: pastStartMs(Date.now()), prefix: 'later', seed: 9 });
      await withNats(server.url, (nats) =>
        publishAll(
          nats,
          [...repeated, ...more].map((order) => ({ subject: 'shop.orders', payload: toBytes(order) })),
        ),
      );
      const again = await runCli(['up', '--pipeline', pipeline, '--nats', server.url, '--lake', lake, '--until-idle']);
      expect(again.code).toBe(0);
      await withLake(lake, async (ask) => {
        expect(await ask('SELECT count(*) AS n, count(DISTINCT order_id) AS ids FROM silver_orders')).toEqual([
          { n: count + 200, ids: count + 200 },
        ]);
        expect(await ask('SELECT count(*) AS n FROM bronze_orders')).toEqual([{ n: count + 250 }]);
        expect(
          await ask(`SELECT DISTINCT state FROM silver_orders WHERE city = 'Manaus' AND order_id LIKE 'later%'`),
        ).toEqual([{ state: 'AM' }]);
      });
    },
    runMsMax,
  );
});

describe('the other commands', () => {
  test('status lists every task with its position and its lag', async () => {
    const { code, stdout } = await runCli(['status', '--pipeline', pipeline, '--nats', server.url]);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^task +state +owner +position +lag +watermark$/);
    expect(stdout).toMatch(/merge\.by_state +stopped +\S+ +\d+ +\d +20/);
  });

  test('status --json gives the same as data', async () => {
    const { code, stdout } = await runCli(['status', '--pipeline', pipeline, '--nats', server.url, '--json']);
    expect(code).toBe(0);
    const tasks = JSON.parse(stdout) as Record<string, unknown>[];
    // One of ingest, 3 each of validate, enrich, reduce and window, one merge, five tables.
    expect(tasks).toHaveLength(1 + 12 + 1 + 5);
    for (const task of tasks) expect(task).toMatchObject({ state: 'stopped', waiting: 0, owner: expect.any(String) });
    // Ingest may tell silence, and a task with state names a snapshot in its last frame, when the reader has stopped: a frame or two of each log.
    for (const { task, lag } of tasks) expect(lag).toBeLessThanOrEqual(String(task).startsWith('ingest') ? 0 : 20);
    expect(tasks.map(({ task }) => task)).toEqual(
      expect.arrayContaining(['ingest.orders', 'validate.orders.2', 'lake.sales_by_state']),
    );
  });

  test('query prints a table, or JSON rows', async () => {
    const sql = 'SELECT count(DISTINCT customer) AS customers FROM silver_orders';
    const table = await runCli(['query', sql, '--lake', lake]);
    expect(table).toMatchObject({ code: 0, stdout: expect.stringMatching(/customers[\s\S]*23/) });
    expect(await runCli(['query', sql, '--lake', lake, '--json'])).toMatchObject({
      code: 0,
      stdout: '{"customers":23}\n',
    });
  });

  test('query says in one sentence what is wrong with its SQL', async () => {
    const { code, stderr } = await runCli(['query', 'SELECT nothing FROM silver_orders', '--lake', lake]);
    expect(code).toBe(1);
    expect(stderr).toContain('nothing');
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('lint accepts the folder, counts its parts, and says what a partition column cannot hold', async () => {
    expect(await runCli(['lint', pipeline])).toEqual({
      code: 0,
      stderr: '',
      stdout: `${pipeline}: pipeline orders is valid (1 source, 2 windows, 5 tables, 19 tasks)
note: table silver_orders: an empty text in partition column state is null there, for Delta reads it as null
`,
    });
  });
});
