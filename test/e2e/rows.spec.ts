/** One bad row costs that row: whatever it was batched with is in silver and gold, and nobody else's value is in its message. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { type CliResult, endPrograms, runCli } from './support/cli.js';
import { type Row, withLake } from './support/lake.js';
import { publishAll } from './support/publish.js';
import { Watch } from './support/watch.js';

const pipelineText = `apiVersion: afluente/v1
name: rows
sources:
  sales: { subjects: [rows.sales], partitions: 2, contract: sale.json, id: id, key: k, eventTime: { field: at, idleAfter: 2s } }
  codes: { subjects: [rows.codes], partitions: 2, contract: code.json, id: id, key: id, eventTime: { field: at, idleAfter: 2s } }
enrich:
  codes: { sql: 'SELECT id, at, CAST(code AS INTEGER) AS code, _seq, _index, _arrived_at FROM events' }
windows:
  by_region: { from: sales, tumbling: 10s, key: [region], measures: { n: count() } }
  by_shop: { from: sales, tumbling: 10s, key: [k], measures: { n: count() } }
lake:
  commit: { every: 1s }
  tables:
    silver_sales: { from: enriched.sales, partitionBy: [day] }
    gold_by_region: { from: results.by_region, partitionBy: [region] }
    gold_by_shop: { from: results.by_shop, partitionBy: [k] }
    quarantine_sales: { from: rejected.sales, partitionBy: [subject, reason] }
    quarantine_codes: { from: rejected.codes, partitionBy: [subject] }
`;
const contractOf = (...texts: readonly string[]): string =>
  JSON.stringify({
    type: 'object',
    required: ['at', ...texts],
    properties: Object.fromEntries([
      ['at', { type: 'string', format: 'date-time' }],
      ...texts.map((name) => [name, { type: 'string' }]),
    ]),
  });
const at = '2026-11-26T10:00:00Z';
const codes = 2_000;
const badCodes: ReadonlyMap<number, string> = new Map([
  [17, '12a'],
  [18, '34b'],
  [1_200, ' 5 c'],
  [1_999, 'last'],
]);
const sales = ['SP', '', 'RJ', 'SP', '', 'RJ'];

let work: TempDir;
let server: NatsServer;
let lake: string;
let up: CliResult;

beforeAll(async () => {
  work = makeTempDir('rows');
  const pipeline = join(work.path, 'pipeline');
  mkdirSync(pipeline);
  writeFileSync(join(pipeline, 'pipeline.yaml'), pipelineText);
  writeFileSync(join(pipeline, 'sale.json'), contractOf('id', 'k', 'region', 'day'));
  writeFileSync(join(pipeline, 'code.json'), contractOf('id', 'code'));
  server = await startNats();
  lake = `file:${join(work.path, 'lake')}`;
  const watch = await Watch.open(server.url, pipeline);
  await publishAll(
    watch.nats,
    sales.map((region, i) => ({
      subject: 'rows.sales',
      payload: JSON.stringify({ id: `s${i}`, k: `k${i}`, region, day: i === 5 ? '' : 'monday', at }),
    })),
  );
  await publishAll(
    watch.nats,
    Array.from({ length: codes }, (_, i) => ({
      subject: 'rows.codes',
      payload: JSON.stringify({ id: `c${i}`, code: badCodes.get(i) ?? String(i), at }),
    })),
  );
  await watch.close();
  up = await runCli(['up', '--pipeline', pipeline, '--nats', server.url, '--lake', lake, '--until-idle']);
}, 180_000);
afterAll(async () => {
  await server.stop();
  work.remove();
});
afterEach(endPrograms);

const ask = (sql: string): Promise<readonly Row[]> => withLake(lake, (query) => query(sql));

test('where the SQL fails on it', async () => {
  expect(up.code).toBe(0);
  expect(
    await ask(
      'SELECT count(*)::INT AS rows, count(DISTINCT id)::INT AS ids, sum(code)::INT AS codes FROM silver_codes',
    ),
  ).toEqual([
    {
      rows: codes - badCodes.size,
      ids: codes - badCodes.size,
      codes: (codes * (codes - 1)) / 2 - [...badCodes.keys()].reduce((sum, code) => sum + code),
    },
  ]);
  const refused = await ask(
    `SELECT reason, message, json_extract_string(decode(payload), '$.id') AS id FROM quarantine_codes ORDER BY _seq`,
  );
  expect(refused.map(({ reason, id }) => [reason, id])).toEqual(
    [...badCodes.keys()].map((i) => ['step_failed', `c${i}`]),
  );
  for (const { message, id } of refused) {
    const own = badCodes.get(Number(String(id).slice(1)))!;
    expect(message).toContain(`in column 'code' for 1 out of 1 values: ["${own}"]`);
    for (const other of badCodes.values()) if (other !== own) expect(message).not.toContain(other);
  }
});

test('where a table could not hold it, as a row or as the key of a window', async () => {
  expect(await ask('SELECT id, region FROM silver_sales ORDER BY id')).toEqual(
    [0, 1, 2, 3, 4].map((i) => ({ id: `s${i}`, region: sales[i] })),
  );
  expect(
    await ask(
      'SELECT region, n::INT AS n FROM (SELECT region, arg_max(n, revision) AS n FROM gold_by_region GROUP BY window_start, region) ORDER BY region',
    ),
  ).toEqual([
    { region: 'RJ', n: 1 },
    { region: 'SP', n: 2 },
  ]);
  expect(await ask('SELECT count(DISTINCT k)::INT AS keys FROM gold_by_shop')).toEqual([{ keys: 5 }]);
  const why = {
    reason: 'missing_field',
    pointer: '/region',
    message:
      'window by_region: column "region" is empty, and table gold_by_region, which is partitioned by it, requires a value',
  };
  expect(
    await ask(
      `SELECT reason, pointer, message, json_extract_string(decode(payload), '$.id') AS id FROM quarantine_sales ORDER BY id`,
    ),
  ).toEqual([
    { ...why, id: 's1' },
    { ...why, id: 's4' },
    {
      reason: 'missing_field',
      pointer: '/day',
      message: 'enrich: column "day" is empty, and table silver_sales, which is partitioned by it, requires a value',
      id: 's5',
    },
  ]);
});

test('and leaves no file behind that belongs to nothing', () => {
  for (const table of ['silver_sales', 'gold_by_region']) {
    const names = readdirSync(join(work.path, 'lake', table), { recursive: true, encoding: 'utf8' });
    const entries = names
      .filter((name) => /_delta_log.\d{20}\.json$/.test(name))
      .map((name) => readFileSync(join(work.path, 'lake', table, name), 'utf8'));
    const files = names.filter((name) => name.endsWith('.zstd.parquet'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(entries.some((entry) => entry.includes(basename(file)))).toBe(true);
  }
});
