/** `afluente probe` tells whether an event comes through: yes, not in time, or never could. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { type CliResult, endPrograms, runCli } from './support/cli.js';
import { Fleet } from './support/fleet.js';
import { withLake } from './support/lake.js';
import { copyPipeline } from './support/pipeline-copy.js';

const startMsMax = 60_000;

let work: TempDir;
let server: NatsServer;
let pipeline: string;
let lake: string;
let fleet: Fleet | undefined;
beforeAll(async () => {
  work = makeTempDir('probe');
  server = await startNats();
  pipeline = copyPipeline('test/pipelines/orders', work.path, {});
  lake = `file:${join(work.path, 'lake')}`;
  fleet = await Fleet.start({ pipeline, nats: server.url, lake, logs: work.path });
}, startMsMax);
afterAll(async () => {
  await fleet?.stop();
  await server.stop();
  work.remove();
});
afterEach(endPrograms);

const order = {
  order_id: 'probe',
  customer: 'helm',
  placed_at: '2020-01-01T00:00:00Z',
  pieces: 1,
  price: '1.50',
  city: 'Recife',
};

function probe(changes: Readonly<Record<string, string>> = {}): Promise<CliResult> {
  const options = {
    pipeline,
    nats: server.url,
    subject: 'shop.orders',
    table: 'silver_orders',
    event: JSON.stringify(order),
    lake,
    timeout: '30',
    ...changes,
  };
  return runCli(['probe', ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)]);
}

test(
  'an event comes to silver, and again: each time with an id of its own',
  async () => {
    for (const _ of [1, 2]) {
      expect(await probe()).toMatchObject({
        code: 0,
        stderr: '',
        stdout: expect.stringMatching(
          /^event probe-\w{8}: stored as message \d of stream afl_orders_front_orders\nevent probe-\w{8}: in table silver_orders of file:.* after \d+\.\d s\n$/,
        ),
      });
    }
    expect(
      await withLake(lake, (ask) =>
        ask('SELECT count(DISTINCT order_id) AS n, min(state) AS state FROM silver_orders'),
      ),
    ).toEqual([{ n: 2, state: 'PE' }]);
  },
  startMsMax,
);

test(
  'a broken event comes to quarantine, one from a file to bronze',
  async () => {
    const file = join(work.path, 'order.json');
    writeFileSync(file, JSON.stringify(order));
    const results = await Promise.all([
      probe({ table: 'quarantine_orders', event: JSON.stringify({ ...order, pieces: 'one' }) }),
      probe({ table: 'bronze_orders', event: `@${file}` }),
    ]);
    expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
  },
  startMsMax,
);

test('an event that is nowhere in time ends with exit code 1 and where to look', async () => {
  expect(await probe({ lake: `file:${join(work.path, 'another')}`, timeout: '1' })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/was not in table silver_orders of .*another within 1 s\. `afluente status`/),
  });
});

test.each<[string, Record<string, string>, number, RegExp]>([
  ['an unknown table', { table: 'silver' }, 2, /no table silver\. Name one of .*silver_orders/],
  ['a table of results', { table: 'gold_by_customer' }, 2, /results of a window.*silver_orders/],
  [
    'a subject of another source',
    { subject: 'shop.carts' },
    2,
    /takes shop\.orders, shop\.orders\.> and not shop\.carts/,
  ],
  ['a wildcard', { subject: 'shop.orders.*' }, 2, /wildcards/],
  ['text that is no event', { event: '[]' }, 2, /one JSON object/],
  ['a file that is not there', { event: '@nowhere.json' }, 2, /cannot be read/],
  [
    'an event that the contract refuses',
    { event: '{"order_id":"x"}' },
    2,
    /contract of orders refuses the event.*missing_field/,
  ],
])('%s is refused before anything is published', async (_, changes, code, says) => {
  const result = await probe(changes);
  expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) });
  expect(result.stderr).not.toMatch(/^\s+at .+:\d+/m);
});

test('a NATS without a stream for the subject is told from one that is slow', async () => {
  const other = await startNats();
  try {
    expect(await probe({ nats: other.url })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Start ingest or run `afluente streams`'),
    });
  } finally {
    await other.stop();
  }
});
