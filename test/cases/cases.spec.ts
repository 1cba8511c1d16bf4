/** Every folder beside this file: a pipeline, what is published to it, and what the tables must say afterwards. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { endPrograms } from '../e2e/support/cli.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { type CaseRun, questionsOf, runCase } from './support/run-case.js';

const root = join(projectRoot, 'test', 'cases');
const names = readdirSync(root).filter((name) => existsSync(join(root, name, 'expect.json')));
/** Most of a case is waiting: while one is asked about, those behind it run already. */
const sideBySide = 3;

let work: TempDir;
let server: NatsServer;
const runs = new Map<string, Promise<CaseRun>>();

function runOf(name: string): Promise<CaseRun> {
  const at = names.indexOf(name);
  for (const next of names.slice(at, at + sideBySide)) if (!runs.has(next)) runs.set(next, begin(next));
  return runs.get(name)!;
}

function begin(name: string): Promise<CaseRun> {
  const run = runCase(join(root, name), join(work.path, name), server);
  run.catch(() => undefined);
  return run;
}

beforeAll(async () => {
  work = makeTempDir('cases');
  // Logs reserve their size: those of all pipelines together are more than NATS would allow itself on a small disk, and next to nothing is stored.
  server = await startNats({ config: { jetstream: { max_file_store: 1_000_000_000_000 } } });
}, 30_000);
afterAll(async () => {
  await endPrograms();
  await Promise.allSettled(runs.values());
  await server.stop();
  work.remove();
}, 60_000);

test('every case has a pipeline name of its own, for they share a server', () => {
  const pipelines = names.map(
    (name) => /^name: (\S+)$/m.exec(readFileSync(join(root, name, 'pipeline.yaml'), 'utf8'))?.[1],
  );
  expect(pipelines).toEqual(names);
});

describe.each(names)('%s', (name) => {
  test('ends by itself, and no service dies or halts', async () => {
    const { up } = await runOf(name);
    expect({ code: up.code, ended: /.*(starting it again|halted).*/.exec(up.stderr)?.[0] }).toEqual({
      code: 0,
      ended: undefined,
    });
  }, 240_000);

  test.each(questionsOf(join(root, name)).map(({ it, rows }) => [it, rows] as const))(
    '%s',
    async (it, rows) => {
      expect((await runOf(name)).answers.get(it)).toEqual(rows);
    },
    240_000,
  );
});
