/** Where `up` writes what its services log: into files of a folder, or as JSON lines; and what it says in a pipe. */
import { spawn } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { projectRoot } from '../support/project-root.js';
import { runCli, startCli } from './support/cli.js';
import { publishAll, withNats } from './support/publish.js';
import { filledServer, orderMessages, runMsMax, services } from './support/terminal/filled-server.js';

const on = filledServer('terminal-logs');

function fileIn(): string {
  const path = join(on.folder, 'file');
  writeFileSync(path, '');
  return path;
}

describe('up', () => {
  test(
    'in a pipe has whole lines without escape sequences, and its logs under data/',
    async () => {
      const { code, stdout, stderr } = await runCli(on.up('--until-idle'), { cwd: on.folder });
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      expect(stderr).not.toContain('\x1b');
      expect(stderr).toMatch(/^ *\d+ s {2}ingest .*validate .*enrich .*aggregate .*lake caught up {2}watermark \S+Z$/m);
      expect(stderr).toMatch(
        /^everything published is in the lake, after \d+ s; the lake is file:\S+\nlogs of the services: \S+\/data\/logs\/orders\n$/m,
      );
      expect(readdirSync(join(on.folder, 'data', 'logs', 'orders'))).toHaveLength(services.length);
    },
    runMsMax,
  );

  test(
    'with --log json has the JSON lines on standard output, and nothing else',
    async () => {
      const { code, stdout, stderr } = await runCli(on.up('--until-idle', '--log', 'json'));
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
      const child = spawn(process.execPath, [program, ...on.up('--log', 'json')], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
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
      const { code, stderr } = await runCli(on.up('--log', folder()));
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(says) });
      expect(stderr).not.toMatch(/^ +at /m);
    },
    runMsMax,
  );

  test(
    'works on when its log folder is taken away',
    async () => {
      const logs = join(on.folder, 'logs-gone');
      const program = startCli(on.up('--log', logs));
      while (!/lake-writer +http/.test(program.stderr())) await sleep(50);
      rmSync(logs, { recursive: true });
      writeFileSync(logs, '');
      await withNats(on.server.url, (nats) => publishAll(nats, orderMessages(50, 'gone')));
      program.signal('SIGTERM');
      const { code, stderr } = await program.ended;
      expect(code).toBe(0);
      expect(stderr).toMatch(/warning: \S+\.log cannot be written, \S+ runs on without it/);
      expect(stderr).not.toMatch(/starting it again/);
    },
    runMsMax,
  );
});
