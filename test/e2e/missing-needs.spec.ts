/** A command that lacks what it needs, or is written wrongly, ends with a message that says what to do: never a stack trace, never exit code 0. */
import { cpSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { projectRoot } from '../support/project-root.js';
import { type CliResult, runCli, startCli } from './support/cli.js';
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

  test('an answer of its store, up says so within ten seconds and can be stopped', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const up = ['up', '--pipeline', original, '--nats', on.server.url, '--lake', 's3://nowhere/lake'];
    const program = startCli(up, {
      env: { AFL_S3_ENDPOINT: `http://127.0.0.1:${port}`, AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' },
    });
    while (!/s3:\/\/nowhere\/lake has not answered for 5 s: check the address/.test(program.stderr())) await sleep(50);
    program.signal('SIGINT');
    expect(await program.ended).toMatchObject({ code: 0 });
    silent.close();
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

  test('a port of its own, up says which one is taken and counts on for each service', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    try {
      // The second service meets it.
      const result = await runCli(
        [
          'up',
          '--pipeline',
          original,
          '--nats',
          on.server.url,
          '--lake',
          `file:${join(on.work.path, 'p')}`,
          '--until-idle',
        ],
        { env: { AFL_HTTP_PORT: String(port - 1) } },
      );
      expectTold(result, 2);
      expect(result.stderr).toContain(`port ${port} of 127.0.0.1 is taken by another process. Set AFL_HTTP_PORT`);
    } finally {
      await new Promise((resolve) => taken.close(resolve));
    }
  }, 30_000);

  test('a folder for its lake, up says what stands there', async () => {
    const file = join(on.work.path, 'a-file');
    writeFileSync(file, '');
    const result = await runCli([
      'up',
      '--pipeline',
      original,
      '--nats',
      on.server.url,
      '--lake',
      `file:${file}`,
      '--until-idle',
    ]);
    expectTold(result, 1);
    expect(result.stderr).toContain(file);
    expect(result.stderr).not.toContain('withheld');
  }, 30_000);

  test('subjects of its own, up names the stream that has them', async () => {
    const folder = join(on.work.path, 'same-subjects');
    cpSync(original, folder, { recursive: true });
    edit(yaml, 'shop.orders, shop.orders.>', 'same.orders')(folder);
    edit(yaml, 'name: orders', 'name: first')(folder);
    const up = (pipeline: string): Promise<CliResult> =>
      runCli([
        'up',
        '--pipeline',
        pipeline,
        '--nats',
        on.server.url,
        '--lake',
        `file:${join(on.work.path, 's')}`,
        '--until-idle',
      ]);
    expect(await up(folder)).toMatchObject({ code: 0 });
    edit(yaml, 'name: first', 'name: second')(folder);
    const result = await up(folder);
    expectTold(result, 2);
    expect(result.stderr).toMatch(
      /cannot create stream afl_second_\S+ .*Stream afl_first_\S+ has these subjects: another pipeline reads them.*make a stream of your own/,
    );
  }, 120_000);

  test('a lake, query says that there is none', async () => {
    const result = await runCli(['query', 'SELECT 1', '--lake', `file:${join(on.work.path, 'no-lake')}`]);
    expectTold(result, 1);
    expect(result.stderr).toMatch(/no-lake holds no tables yet, or is not the lake. Check --lake/);
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

test('a file that is published twice is stored once, and produce says so', async () => {
  const folder = join(on.work.path, 'twice');
  cpSync(original, folder, { recursive: true });
  edit(yaml, 'shop.orders, shop.orders.>', 'twice.orders')(folder);
  edit(yaml, 'name: orders', 'name: twice')(folder);
  const file = join(on.work.path, 'twice.ndjson');
  writeFileSync(file, '{"a":1}\n{"a":2}\n{"a":1}\n');
  const publish = (): Promise<CliResult> =>
    runCli(['produce', '--pipeline', folder, '--nats', on.server.url, '--file', file, '--subject', 'twice.orders']);
  expect((await publish()).stdout).toBe('3 messages published and stored\n');
  expect((await publish()).stdout).toBe(
    '3 messages published: 0 stored, 3 left out as repeats: the stream has had messages of the same ids within its duplicate window\n',
  );
}, 30_000);
