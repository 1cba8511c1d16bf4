/** What a person sees of `up`, `start`, `status` and `query`: in a real pseudo-terminal of any width, and in a pipe. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { widthOf } from '#terminal/text-width';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { endPrograms, runCli, startCli } from './support/cli.js';
import { alive, descendantsOf } from './support/descendants.js';
import { makeOrders, pastStartMs, toBytes } from './support/orders.js';
import { PseudoTerminal, type TerminalOptions } from './support/pseudo-terminal.js';
import { publishAll, withNats } from './support/publish.js';
import { Watch } from './support/watch.js';

const pipeline = join(projectRoot, 'test', 'pipelines', 'orders');
const runMsMax = 120_000;
const services = ['aggregate', 'enrich', 'ingest', 'lake-writer', 'validate'];
const widths = [40, 80, 200];
const caughtUp = /lake caught up\s+watermark \S+Z$/;
/** Left out with NO_COLOR. */
const colour = /\x1b\[\d+m/;

let work: TempDir;
let server: NatsServer;
const open = new Set<PseudoTerminal>();

function terminal(args: readonly string[], options: Omit<TerminalOptions, 'folder'>): PseudoTerminal {
  const one = new PseudoTerminal(args, { folder: work.path, cwd: work.path, ...options });
  open.add(one);
  return one;
}

function fileIn(): string {
  const path = join(work.path, 'file');
  writeFileSync(path, '');
  return path;
}

beforeAll(async () => {
  work = makeTempDir('terminal');
  server = await startNats();
  const watch = await Watch.open(server.url, pipeline);
  await publishAll(
    watch.nats,
    makeOrders(300, { startMs: pastStartMs(Date.now()) }).map((order) => ({
      subject: 'shop.orders',
      payload: toBytes(order),
    })),
  );
  await watch.close();
}, runMsMax);
afterAll(async () => {
  await server.stop();
  work.remove();
});
afterEach(async () => {
  for (const one of open) one.kill();
  await Promise.all([...open].map(({ ended }) => ended));
  open.clear();
  await endPrograms();
}, runMsMax);

const lake = (): string => `file:${join(work.path, 'lake')}`;
const up = (...more: string[]): string[] => [
  'up',
  '--pipeline',
  pipeline,
  '--nats',
  server.url,
  '--lake',
  lake(),
  ...more,
];
/** A path and JSON are not broken, so that they can be copied: the terminal sees to them. */
const tooWide = (one: PseudoTerminal, columns: number): string[] =>
  one.writtenLines().filter((line) => widthOf(line) > columns && line.trim().includes(' '));

/** The service's process below a program. */
function processOf(service: string, pid: number): number {
  return descendantsOf(pid).find((one) =>
    readFileSync(`/proc/${one}/cmdline`, 'utf8').includes(`apps/${service}/main.js`),
  )!;
}

describe('up', () => {
  test.each(widths)(
    'on a terminal of %i columns shows progress in one place and warnings in words, and ends with Ctrl-C',
    async (columns) => {
      const logs = join(work.path, `logs-${columns}`);
      const plain = columns === 80;
      const one = terminal(up('--log', logs), { columns, env: plain ? { NO_COLOR: '1' } : {} });
      await one.shows(caughtUp);
      process.kill(processOf('enrich', one.pid), 'SIGKILL');
      await one.shows(/warning: enrich ended \(SIGKILL\); starting it again/);
      await one.shows(caughtUp);
      const children = descendantsOf(one.pid);
      one.pressCtrlC();
      expect(await one.ended).toBe(0);
      const text = await one.words();
      expect(tooWide(one, columns)).toEqual([]);
      // Ctrl-C leaves the last progress where it was, once.
      expect(text.match(/ingest caught up/g)).toHaveLength(1);
      expect(text).toMatch(
        /watermark \S+Z\ndraining: every step[\s\S]*\nstopped after\s+\d+ s; the lake is\s[\s\S]*\nlogs of the services:\s/,
      );
      expect(text).not.toMatch(/\^C|"level"/);
      expect(colour.test(one.raw)).toBe(!plain);
      expect(alive(children)).toEqual([]);
      expect(readdirSync(logs).sort()).toEqual(services.map((service) => `${service}.log`));
      for (const service of services)
        for (const line of readFileSync(join(logs, `${service}.log`), 'utf8')
          .trim()
          .split('\n'))
          expect(JSON.parse(line)).toMatchObject({ service });
    },
    runMsMax,
  );

  test(
    'goes on when the window changes its size',
    async () => {
      const one = terminal(up('--log', join(work.path, 'logs-sizes')), { columns: 80 });
      await one.shows(caughtUp);
      for (const columns of [40, 200]) {
        await one.resize(columns);
        await one.until(
          `progress that fits into ${columns} columns`,
          (words, lines) =>
            caughtUp.test(words) &&
            lines.length - lines.findLastIndex((line) => /^ *\d+ s {2}/.test(line)) === (columns === 40 ? 4 : 1),
        );
      }
      // Nothing that stays was wiped away.
      const text = await one.words();
      for (const service of services) expect(text).toMatch(new RegExp(`${service} +http://`));
      one.pressCtrlC();
      expect(await one.ended).toBe(0);
    },
    runMsMax,
  );

  test(
    'in a pipe has whole lines without escape sequences, and its logs under data/',
    async () => {
      const { code, stdout, stderr } = await runCli(up('--until-idle'), { cwd: work.path });
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      expect(stderr).not.toContain('\x1b');
      expect(stderr).toMatch(/^ *\d+ s {2}ingest .*validate .*enrich .*aggregate .*lake caught up {2}watermark \S+Z$/m);
      expect(stderr).toMatch(
        /^everything published is in the lake, after \d+ s; the lake is file:\S+\nlogs of the services: \S+\/data\/logs\/orders\n$/m,
      );
      expect(readdirSync(join(work.path, 'data', 'logs', 'orders'))).toHaveLength(services.length);
    },
    runMsMax,
  );

  test(
    'with --log json has the JSON lines on standard output, and nothing else',
    async () => {
      const { code, stdout, stderr } = await runCli(up('--until-idle', '--log', 'json'));
      expect(code).toBe(0);
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { service: string });
      expect([...new Set(lines.map(({ service }) => service))].sort()).toEqual(services);
      expect(stderr).toMatch(/JSON lines on standard output/);
      expect(stderr).not.toMatch(/logs of the services/);
    },
    runMsMax,
  );

  test(
    'with --log json ends in order when whoever read the lines is gone',
    async () => {
      const program = join(projectRoot, 'dist', 'apps', 'afluente', 'main.js');
      const child = spawn(process.execPath, [program, ...up('--log', 'json')], { stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
      child.stdout.once('data', () => child.stdout.destroy());
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect({ code, said }).toEqual({
        code: 0,
        said: expect.stringMatching(/^stopped.* because nobody reads standard output any more/m),
      });
    },
    runMsMax,
  );

  test.each([
    ['of which nothing can be made', () => '/proc/none', /cannot be written into \/proc\/none.*--log/],
    ['in the place of which is a file', fileIn, /cannot be written into .*--log/],
    ['that is empty', () => '', /write json, or the path of a folder/],
    ['that looks like an option', () => '--until-idle', /write json, or the path of a folder/],
    ['JSON in capitals', () => 'JSON', /write json, or the path of a folder/],
  ])(
    'with a folder %s ends with exit code 2 and says what to write',
    async (_, folder, says) => {
      const { code, stderr } = await runCli(up('--log', folder()));
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(says) });
      expect(stderr).not.toMatch(/^ +at /m);
    },
    runMsMax,
  );

  test(
    'works on when its log folder is taken away',
    async () => {
      const logs = join(work.path, 'logs-gone');
      const program = startCli(up('--log', logs));
      while (!/lake-writer +http/.test(program.stderr())) await sleep(50);
      rmSync(logs, { recursive: true });
      writeFileSync(logs, '');
      await withNats(server.url, (nats) =>
        publishAll(
          nats,
          makeOrders(50, { startMs: pastStartMs(Date.now()), prefix: 'gone' }).map((order) => ({
            subject: 'shop.orders',
            payload: toBytes(order),
          })),
        ),
      );
      program.signal('SIGTERM');
      const { code, stderr } = await program.ended;
      expect(code).toBe(0);
      expect(stderr).toMatch(/warning: \S+\.log cannot be written, \S+ runs on without it/);
      expect(stderr).not.toMatch(/starting it again/);
    },
    runMsMax,
  );
});

describe('start', () => {
  test.each(widths)(
    'on a terminal of %i columns shows progress in one place, and its result',
    async (columns) => {
      const one = terminal(['start', '--pipeline', join(projectRoot, 'examples', 'sales-tech'), '--events', '2000'], {
        columns,
      });
      expect(await one.ended).toBe(0);
      expect(tooWide(one, columns)).toEqual([]);
      const text = await one.words();
      expect(text.match(/published 2000\b/g)).toHaveLength(1);
      expect((await one.lines()).join('')).toMatch(/reading the lake back.*"lost":0,"extra":0/);
    },
    runMsMax,
  );
});

describe('tables', () => {
  const cut = /[\ud800-\udbff](?![\udc00-\udfff])|\ufffd/;
  test.each(widths)(
    'on a terminal of %i columns fit into it',
    async (columns) => {
      const sql = `SELECT repeat('日本語のとても長い名前', 9) AS name, repeat('👩‍👩‍👧', 9) AS family, 1234567.89 AS total`;
      for (const args of [
        ['query', '--lake', lake(), sql],
        ['status', '--pipeline', pipeline, '--nats', server.url],
      ]) {
        const one = terminal(args, { columns });
        expect({ args, code: await one.ended }).toEqual({ args, code: 0 });
        expect(one.writtenLines().filter((line) => widthOf(line) > columns)).toEqual([]);
        expect(one.raw).not.toMatch(cut);
        expect(one.raw).not.toContain('\x1b');
        if (args[0] === 'query') expect(one.raw).toContain('1234567.89');
      }
    },
    runMsMax,
  );

  test(
    'in a pipe are not cut',
    async () => {
      const { stdout } = await runCli(['query', '--lake', lake(), `SELECT repeat('日本', 100) AS name`]);
      expect(stdout).toContain('日本'.repeat(100));
    },
    runMsMax,
  );
});
