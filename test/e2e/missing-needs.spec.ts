/** A command that lacks what it needs, or is written wrongly, ends with a message that says what to do: never a stack trace, never exit code 0. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { projectRoot } from '../support/project-root.js';
import { runCli } from './support/cli.js';
import { edit, original, yaml } from './support/mistakes/spoiled-folder.js';
import { commandPlace, expectTold } from './support/mistakes/told-mistake.js';

const on = commandPlace('missing-needs');

describe('without what a command needs', () => {
  test.each([['up'], ['status'], ['produce', '--events', '1', '--pipeline', 'examples/sales-tech']])(
    'a NATS server, %s says how to get one',
    async (...words) => {
      const args = words.filter((word) => typeof word === 'string');
      const url = `nats://127.0.0.1:${await freePort()}`;
      const lake = args[0] === 'up' ? ['--lake', `file:${on.work.path}/never`] : [];
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
    const result = await runCli(['up', '--pipeline', original, '--nats', on.server.url, '--until-idle']);
    expectTold(result, 2);
    expect(result.stderr).toContain('--lake');
  });

  test('a lake that can be reached, up says what to check', async () => {
    const result = await runCli(
      ['up', '--pipeline', original, '--nats', on.server.url, '--lake', 's3://nowhere/lake', '--until-idle'],
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
      on.server.url,
      '--lake',
      'ftp://host/lake',
      '--until-idle',
    ]);
    expectTold(result, 1);
    expect(result.stderr).toMatch(/file:.*s3:/);
  }, 30_000);

  test('a stream that a source names, up says what to create', async () => {
    const folder = join(on.work.path, 'no-stream');
    cpSync(original, folder, { recursive: true });
    edit(yaml, 'subjects: [shop.orders, shop.orders.>]', 'stream: ORDERS')(folder);
    const result = await runCli([
      'up',
      '--pipeline',
      folder,
      '--nats',
      on.server.url,
      '--lake',
      `file:${join(on.work.path, 'l')}`,
      '--until-idle',
    ]);
    expectTold(result, 1);
    expect(result.stderr).toMatch(/stream ORDERS.*Create it/);
  }, 30_000);

  test('a generator, produce and start name the examples', async () => {
    for (const command of ['produce', 'start']) {
      const result = await runCli([command, '--pipeline', original, '--events', '1', '--nats', on.server.url], {
        cwd: on.work.path,
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
      on.server.url,
      '--file',
      'absent.ndjson',
      '--subject',
      'shop.orders',
    ]);
    expectTold(result, 2);
    expect(result.stderr).toContain('there is no file absent.ndjson');
  });

  test('a stream for its subject, produce says so', async () => {
    const file = join(on.work.path, 'one.ndjson');
    writeFileSync(file, '{}\n');
    const result = await runCli([
      'produce',
      '--pipeline',
      original,
      '--nats',
      on.server.url,
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
      cwd: on.work.path,
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
