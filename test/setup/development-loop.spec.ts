/** `npm run dev -- <service>`, the development loop: what is edited in apps or libs runs a few seconds later. In a copy of the sources. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

const copied = ['apps', 'libs', 'scripts', 'dist', 'package.json', '.swcrc'];

let dir: TempDir;
let server: NatsServer;
let loop: ChildProcess;
let output = '';

beforeEach(async () => {
  dir = makeTempDir('loop');
  for (const path of copied) cpSync(join(projectRoot, path), join(dir.path, path), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(dir.path, 'node_modules'));
  server = await startNats();
});
afterEach(async () => {
  loop.kill('SIGTERM');
  if (loop.exitCode === null && loop.signalCode === null) await once(loop, 'close');
  await server.stop();
  dir.remove();
});

function start(service: string): void {
  const environment = {
    AFL_PIPELINE: join(projectRoot, 'test/pipelines/orders'),
    AFL_NATS_URL: server.url,
    AFL_HTTP_PORT: '0',
  };
  loop = spawn(process.execPath, ['scripts/development-loop.mjs', service], {
    cwd: dir.path,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [loop.stdout!, loop.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
}

/** @param from where in the output to look */
async function said(words: string, from = 0): Promise<void> {
  while (!output.includes(words, from)) {
    if (loop.exitCode !== null) throw new Error(`the loop ended with ${loop.exitCode}:\n${output}`);
    await sleep(50);
  }
}

function edit(path: string, from: string, to: string): void {
  const file = join(dir.path, path);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

test('an edited lib, and then an edited app, run by themselves; the tasks are handed over, and a source that does not compile stops nothing', async () => {
  start('validate');
  await said('"msg":"started"');
  edit('libs/runtime/service/service-life.ts', `'started')`, `'started with the edited lib')`);
  await said('"msg":"stopped"');
  await said('started with the edited lib');
  edit(
    'apps/validate/validate.controller.ts',
    'constructor(',
    `onModuleInit(): void {\n    process.stdout.write('the edited app\\n');\n  }\n\n  constructor(`,
  );
  await said('the edited app');
  edit('apps/validate/validate.controller.ts', 'constructor(', 'constructor((');
  await said('validate.controller.ts:');
  edit('apps/validate/validate.controller.ts', 'constructor((', 'constructor(');
  const before = output.length;
  await said('"msg":"started', before);
  expect(output).not.toContain('"level":"error"');
}, 120_000);
