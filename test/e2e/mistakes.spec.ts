/** A mistake of the user's ends with a message that says where it is and what to do: never a stack trace, never exit code 0. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { type CliResult, endPrograms, runCli } from './support/cli.js';

const original = join(projectRoot, 'test', 'pipelines', 'orders');
const yaml = 'pipeline.yaml';
const schema = 'contracts/order.schema.json';
const csv = 'reference/cities.csv';

let work: TempDir;
let server: NatsServer;
beforeAll(async () => {
  work = makeTempDir('mistakes');
  server = await startNats();
});
afterAll(async () => {
  await server.stop();
  work.remove();
});
afterEach(endPrograms);

type Spoil = (folder: string) => void;

const edit =
  (file: string, from: string, to: string): Spoil =>
  (folder) => {
    const text = readFileSync(join(folder, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
    writeFileSync(join(folder, file), text.replace(from, to));
  };

/** 1-based line of a text in a file of the original. */
function lineOf(file: string, text: string): number {
  const before = readFileSync(join(original, file), 'utf8').split(text)[0] ?? '';
  return before.split('\n').length;
}

interface Mistake {
  readonly name: string;
  readonly spoil: Spoil;
  /** Where the message must point, and a word that it must have. */
  readonly file: string;
  readonly line: number;
  readonly says: RegExp;
}

const at = (file: string, text: string): Pick<Mistake, 'file' | 'line'> => ({ file, line: lineOf(file, text) });

const mistakes: readonly Mistake[] = [
  {
    name: 'YAML that does not parse',
    spoil: edit(yaml, 'key: customer\n', 'key: [customer\n'),
    file: yaml,
    line: 0,
    says: /./,
  },
  {
    name: 'an unknown setting',
    spoil: edit(yaml, 'partitions: 3', 'partition: 3'),
    ...at(yaml, 'partitions: 3'),
    says: /partitions/,
  },
  {
    name: 'no partitions',
    spoil: edit(yaml, 'partitions: 3', 'partitions: 0'),
    ...at(yaml, 'partitions: 3'),
    says: /1 to 256/,
  },
  {
    name: 'a duration without unit',
    spoil: edit(yaml, 'tumbling: 10s', 'tumbling: 10'),
    ...at(yaml, 'tumbling: 10s'),
    says: /10s|1m/,
  },
  {
    name: 'a key that is no field',
    spoil: edit(yaml, 'key: customer', 'key: custommer'),
    ...at(yaml, 'key: customer'),
    says: /customer/,
  },
  {
    name: 'a window over an unknown source',
    spoil: edit(yaml, 'from: orders', 'from: order'),
    ...at(yaml, 'from: orders'),
    says: /"orders"/,
  },
  {
    name: 'a window keyed by a missing column',
    spoil: edit(yaml, 'key: [state]', 'key: [stat]'),
    ...at(yaml, 'by_state:'),
    says: /stat/,
  },
  {
    name: 'a measure of a missing column',
    spoil: edit(yaml, 'sum(total)', 'sum(totals)'),
    ...at(yaml, 'by_state:'),
    says: /totals/,
  },
  {
    name: 'an unknown measure',
    spoil: edit(yaml, 'min(price)', 'median(price)'),
    ...at(yaml, 'measures: { orders: count(), revenue'),
    says: /sum\(x\)/,
  },
  {
    name: 'SQL that does not parse',
    spoil: edit(yaml, 'SELECT e.*', 'SELEC e.*'),
    ...at(yaml, 'sql: |'),
    says: /lint/,
  },
  {
    name: 'SQL over a missing column',
    spoil: edit(yaml, 'e.pieces', 'e.peaces'),
    ...at(yaml, 'sql: |'),
    says: /peaces/,
  },
  {
    name: 'SQL without the event time',
    spoil: edit(yaml, 'SELECT e.*', 'SELECT e.order_id'),
    ...at(yaml, 'sql: |'),
    says: /placed_at/,
  },
  {
    name: 'a missing contract',
    spoil: (folder) => rmSync(join(folder, schema)),
    ...at(yaml, 'contract:'),
    says: /order\.schema\.json/,
  },
  {
    name: 'a contract that is no JSON',
    spoil: edit(schema, '"type": "object",', '"type": "object"'),
    file: schema,
    line: 5,
    says: /comma/,
  },
  {
    name: 'a contract with an unknown type',
    spoil: edit(schema, '"boolean"', '"bool"'),
    ...at(schema, '"gift"'),
    says: /bool/,
  },
  {
    name: 'a pattern that looks ahead',
    spoil: edit(schema, '{ "type": "string" },\n    "tags"', '{ "type": "string", "pattern": "^(?!x)" },\n    "tags"'),
    ...at(schema, '"note"'),
    says: /looks ahead with \(\?!x\), which cannot run in linear time: write two schemas under "allOf"/,
  },
  {
    name: 'a decimal without its digits',
    spoil: edit(schema, ', "x-precision": 12', ''),
    ...at(schema, '"price"'),
    says: /x-precision/,
  },
  {
    name: 'a missing reference',
    spoil: (folder) => rmSync(join(folder, csv)),
    ...at(yaml, 'file: reference'),
    says: /cities\.csv/,
  },
  {
    name: 'a reference that is not what its name says',
    spoil: (folder) => {
      cpSync(join(folder, csv), join(folder, 'reference/cities.parquet'));
      edit(yaml, csv, 'reference/cities.parquet')(folder);
    },
    file: 'reference/cities.parquet',
    line: 1,
    says: /parquet/i,
  },
  {
    name: 'a reference without its key',
    spoil: edit(csv, 'city,state', 'town,state'),
    file: csv,
    line: 1,
    says: /no column "city"/,
  },
  {
    name: 'a table partitioned by a missing column',
    spoil: edit(yaml, 'partitionBy: [state]', 'partitionBy: [states]'),
    ...at(yaml, 'partitionBy'),
    says: /states/,
  },
];

function expectTold({ code, stdout, stderr }: CliResult, exitCode: number): void {
  expect({ code, stderr, stdout }).toMatchObject({ code: exitCode, stderr: expect.stringMatching(/\S/) });
  expect(stderr).not.toMatch(/^\s+at .+:\d+/m);
  expect(stderr).not.toMatch(/^\w*Error:/m);
}

describe('a pipeline folder with', () => {
  test.each(mistakes.map((mistake) => [mistake.name, mistake] as const))(
    '%s is refused by lint and by up, with file, line and remedy',
    async (name, { spoil, file, line, says }) => {
      const folder = join(work.path, name.replaceAll(' ', '-'));
      cpSync(original, folder, { recursive: true });
      spoil(folder);
      const [lint, up] = await Promise.all([
        runCli(['lint', folder]),
        runCli(['up', '--pipeline', folder, '--nats', server.url, '--lake', `file:${work.path}/never`]),
      ]);
      for (const result of [lint, up]) {
        expectTold(result, 2);
        const [first = ''] = result.stderr.split('\n');
        const place = /^(.+?):(\d+): (.+)$/.exec(first);
        expect({ first, place: place?.[1] }).toEqual({ first, place: join(folder, file) });
        if (line > 0) expect({ first, line: Number(place?.[2]) }).toEqual({ first, line });
        expect(first).toMatch(says);
        // The fault, then the remedy.
        expect(place?.[3]).toMatch(/\. .+/);
      }
    },
    30_000,
  );

  test('many mistakes names them all', async () => {
    const folder = join(work.path, 'many');
    cpSync(original, folder, { recursive: true });
    for (const spoil of [
      edit(yaml, 'partitions: 3', 'partitions: x'),
      edit(yaml, 'key: customer', 'key: nobody'),
      edit(yaml, 'from: results.by_state', 'from: results.by_stat'),
    ])
      spoil(folder);
    const { code, stderr } = await runCli(['lint', folder]);
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(3);
  });

  test('nothing in it, or not there, is refused', async () => {
    const empty = join(work.path, 'empty');
    mkdirSync(empty);
    expectTold(await runCli(['lint', empty]), 2);
    const absent = await runCli(['up', '--pipeline', join(work.path, 'absent'), '--nats', server.url]);
    expectTold(absent, 2);
    expect(absent.stderr).toContain('there is no folder');
  });
});

describe('without what a command needs', () => {
  test.each([['up'], ['status'], ['produce', '--events', '1', '--pipeline', 'examples/sales-tech']])(
    'a NATS server, %s says how to get one',
    async (...words) => {
      const args = words.filter((word) => typeof word === 'string');
      const url = `nats://127.0.0.1:${await freePort()}`;
      const lake = args[0] === 'up' ? ['--lake', `file:${work.path}/never`] : [];
      const result = await runCli([
        ...args,
        ...(args.includes('--pipeline') ? [] : ['--pipeline', original]),
        '--nats',
        url,
        ...lake,
      ]);
      expectTold(result, 1);
      expect(result.stderr).toContain(`no NATS server answers at ${url}`);
    },
  );

  test('a lake, up says how to name one', async () => {
    const result = await runCli(['up', '--pipeline', original, '--nats', server.url, '--until-idle']);
    expectTold(result, 2);
    expect(result.stderr).toContain('--lake');
  });

  test('a lake that can be reached, up says what to check', async () => {
    const result = await runCli(
      ['up', '--pipeline', original, '--nats', server.url, '--lake', 's3://nowhere/lake', '--until-idle'],
      {
        env: {
          AFL_S3_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
          AWS_ACCESS_KEY_ID: 'x',
          AWS_SECRET_ACCESS_KEY: 'y',
        },
      },
    );
    expectTold(result, 1);
    expect(result.stderr).toContain('check the endpoint');
  }, 60_000);

  test('a lake that it knows, up says which there are', async () => {
    const result = await runCli([
      'up',
      '--pipeline',
      original,
      '--nats',
      server.url,
      '--lake',
      'ftp://host/lake',
      '--until-idle',
    ]);
    expectTold(result, 1);
    expect(result.stderr).toMatch(/file:.*s3:/);
  }, 30_000);

  test('a stream that a source names, up says what to create', async () => {
    const folder = join(work.path, 'no-stream');
    cpSync(original, folder, { recursive: true });
    edit(yaml, 'subjects: [shop.orders, shop.orders.>]', 'stream: ORDERS')(folder);
    const result = await runCli([
      'up',
      '--pipeline',
      folder,
      '--nats',
      server.url,
      '--lake',
      `file:${join(work.path, 'l')}`,
      '--until-idle',
    ]);
    expectTold(result, 1);
    expect(result.stderr).toMatch(/stream ORDERS.*Create it/);
  }, 30_000);

  test('a generator, produce and start name the examples', async () => {
    for (const command of ['produce', 'start']) {
      const result = await runCli([command, '--pipeline', original, '--events', '1', '--nats', server.url], {
        cwd: work.path,
      });
      expectTold(result, 2);
      expect(result.stderr).toContain('sales-tech, flights');
    }
  });

  test('its file, produce says so', async () => {
    const result = await runCli([
      'produce',
      '--pipeline',
      original,
      '--nats',
      server.url,
      '--file',
      'absent.ndjson',
      '--subject',
      'shop.orders',
    ]);
    expectTold(result, 2);
    expect(result.stderr).toContain('there is no file absent.ndjson');
  });

  test('a stream for its subject, produce says so', async () => {
    const file = join(work.path, 'one.ndjson');
    writeFileSync(file, '{}\n');
    const result = await runCli([
      'produce',
      '--pipeline',
      original,
      '--nats',
      server.url,
      '--file',
      file,
      '--subject',
      'nobody.listens',
    ]);
    expectTold(result, 2);
    expect(result.stderr).toContain('nobody.listens');
  });

  test('a nats-server program, start says how to get one', async () => {
    const result = await runCli(['start', '--events', '10', '--pipeline', join(projectRoot, 'examples/sales-tech')], {
      cwd: work.path,
      env: { AFL_NATS_SERVER: '/no/such/nats-server' },
    });
    expectTold(result, 2);
    expect(result.stderr).toContain('there is no nats-server');
  }, 30_000);
});

describe('a command line with', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown command', ['fly'], /unknown command 'fly'/],
    ['an unknown option', ['up', '--fast'], /unknown option '--fast'/],
    ['a number that is none', ['start', '--events', 'many'], /whole number/],
    ['a negative number', ['produce', '--events', '-5'], /whole number|argument missing/],
    ['no query', ['query'], /missing required argument/],
  ])('%s is explained', async (_, args, says) => {
    const result = await runCli(args);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(says);
    expect(result.stderr).not.toMatch(/^\s+at .+:\d+/m);
  });
});
