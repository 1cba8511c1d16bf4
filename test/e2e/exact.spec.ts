/** Numbers of 64 bits are the same in every layer, from the message to the tables and the command line; and no event holds up its neighbours. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { type CliResult, endPrograms, runCli } from './support/cli.js';
import { type Row, withLake } from './support/lake.js';
import { publishAll } from './support/publish.js';
import { Watch } from './support/watch.js';

const pipeline = join(projectRoot, 'test', 'pipelines', 'exact');
const [most, least] = ['9223372036854775807', '-9223372036854775808'];
const event = (id: string, user: string, n: string, more = ''): string =>
  `{"id":${id},"user":${user},"at":"2026-01-01T12:00:00Z","n":${n}${more}}`;
const messages = [
  event('9007199254740993', '9007199254740993', '9007199254740993'),
  event('9007199254740992', '9007199254740992', '9007199254740992'),
  event('9007199254740993.0', '9007199254740993', '5'),
  event(least, least, most),
  event('1', '9223372036854775806', least) + event('2', '9223372036854775806', '9007199254740993'),
  `\ufeff${event(most, '9007199254740993', '-4')}`,
  event('3', most, '1'),
  event('4', '1', '9223372036854775808'),
  event('5', '1', '1', ',"price":10.02'),
  event('6', '1', '1', ',"price":10.021'),
  event('7', '1', '1', `,"items":[${Array.from({ length: 50_000 }, (_, i) => `{"sku":${i}}`).join()}]`),
  event('8', '1', '1', `,"code":"${'a'.repeat(60)}!"`),
  event('9', '1', '1', `,"code":"${'a'.repeat(60)}"`),
];

let work: TempDir;
let server: NatsServer;
let lake: string;
let up: CliResult;

beforeAll(async () => {
  work = makeTempDir('exact');
  server = await startNats();
  lake = `file:${join(work.path, 'lake')}`;
  const watch = await Watch.open(server.url, pipeline);
  await publishAll(
    watch.nats,
    messages.map((payload) => ({ subject: 'exact.events', payload })),
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

describe('a number of 64 bits', () => {
  test('ends no service', () => {
    expect(up.code).toBe(0);
    expect(up.stderr).not.toMatch(/starting it again|halted/);
  });

  test('is an id, a partition value and a value in silver, and a number in SQL', async () => {
    expect(
      await ask(
        `SELECT id::VARCHAR AS id, "user"::VARCHAR AS "user", n::VARCHAR AS n, less::VARCHAR AS less FROM silver_events WHERE abs(silver_events.id::HUGEINT) > 100 ORDER BY silver_events.id`,
      ),
    ).toEqual([
      { id: least, user: least, n: most, less: '9223372036854775806' },
      { id: '9007199254740992', user: '9007199254740992', n: '9007199254740992', less: '9007199254740991' },
      { id: '9007199254740993', user: '9007199254740993', n: '9007199254740993', less: '9007199254740992' },
      { id: most, user: '9007199254740993', n: '-4', less: '-5' },
    ]);
    expect(
      await ask(`SELECT id::VARCHAR AS id FROM silver_events WHERE "user" = 9007199254740993 AND n > 9007199254740992`),
    ).toEqual([{ id: '9007199254740993' }]);
  });

  test('is a key, a least, a greatest and a sum of windows', async () => {
    expect(
      await ask(
        `SELECT "user"::VARCHAR AS "user", least::VARCHAR AS least, most::VARCHAR AS most, total::VARCHAR AS total FROM gold_by_user_latest WHERE "user" <> 1 ORDER BY gold_by_user_latest."user"`,
      ),
    ).toEqual([
      { user: least, least: most, most, total: most },
      { user: '9007199254740992', least: '9007199254740992', most: '9007199254740992', total: '9007199254740992' },
      { user: '9007199254740993', least: '-4', most: '9007199254740993', total: '9007199254740989' },
      { user: '9223372036854775806', least, most: '9007199254740993', total: '-9214364837600034815' },
    ]);
    expect(
      await ask(
        'SELECT n::VARCHAR AS n, events, most::VARCHAR AS most FROM gold_by_n_latest WHERE abs(n::HUGEINT) > 100 ORDER BY gold_by_n_latest.n',
      ),
    ).toEqual([
      { n: least, events: 1, most: '9223372036854775806' },
      { n: '9007199254740992', events: 1, most: '9007199254740992' },
      { n: '9007199254740993', events: 2, most: '9223372036854775806' },
      { n: most, events: 1, most: least },
    ]);
  });

  test('is exact on the command line, as text beyond what JavaScript can read', async () => {
    const { stdout } = await runCli([
      'query',
      '--lake',
      lake,
      '--json',
      'SELECT id, n FROM silver_events WHERE id IN (9007199254740993, 2) ORDER BY id',
    ]);
    expect(stdout.trim().split('\n')).toEqual([
      '{"id":2,"n":"9007199254740993"}',
      '{"id":"9007199254740993","n":"9007199254740993"}',
    ]);
  });
});

describe('quarantine', () => {
  test('has what is beyond, and no event that only looked so', async () => {
    expect(await ask('SELECT reason, pointer, message FROM quarantine_events ORDER BY pointer, message')).toEqual([
      { reason: 'pattern_mismatch', pointer: '/code', message: expect.stringMatching(/^must match pattern/) },
      { reason: 'number_out_of_range', pointer: '/n', message: 'must be an integer from -2^63 to 2^63 - 1' },
      { reason: 'out_of_bounds', pointer: '/price', message: 'must be multiple of 0.01' },
      { reason: 'out_of_bounds', pointer: '/user', message: 'must be <= 9223372036854775806' },
    ]);
    expect(await ask(`SELECT id FROM silver_events WHERE "user" = 1 ORDER BY id`)).toEqual([
      { id: 5 },
      { id: 7 },
      { id: 9 },
    ]);
  });
});
