/** What a person sees of `up`, `start`, `status` and `query` in a real pseudo-terminal of any width, and in tables. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { widthOf } from '#terminal/text-width';
import { projectRoot } from '../support/project-root.js';
import { runCli } from './support/cli.js';
import { alive, descendantsOf } from './support/descendants.js';
import { filledServer, pipeline, runMsMax, services } from './support/terminal/filled-server.js';
import { PseudoTerminal, type TerminalOptions } from './support/terminal/pseudo-terminal.js';

const widths = [40, 80, 200];
const caughtUp = /lake caught up\s+watermark \S+Z$/;
/** Left out with NO_COLOR. */
const colour = /\x1b\[\d+m/;

const open = new Set<PseudoTerminal>();
const on = filledServer('terminal');

function terminal(args: readonly string[], options: Omit<TerminalOptions, 'folder'>): PseudoTerminal {
  const one = new PseudoTerminal(args, { folder: on.folder, cwd: on.folder, ...options });
  open.add(one);
  return one;
}

afterEach(async () => {
  for (const one of open) one.kill();
  await Promise.all([...open].map(({ ended }) => ended));
  open.clear();
}, runMsMax);

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
      const logs = join(on.folder, `logs-${columns}`);
      const plain = columns === 80;
      const one = terminal(on.up('--log', logs), { columns, env: plain ? { NO_COLOR: '1' } : {} });
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
      const one = terminal(on.up('--log', join(on.folder, 'logs-sizes')), { columns: 80 });
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
        ['query', '--lake', on.lake, sql],
        ['status', '--pipeline', pipeline, '--nats', on.server.url],
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
      const { stdout } = await runCli(['query', '--lake', on.lake, `SELECT repeat('日本', 100) AS name`]);
      expect(stdout).toContain('日本'.repeat(100));
    },
    runMsMax,
  );
});
