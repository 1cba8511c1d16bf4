/** Logs and the end of their process, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..', '..');
const logger = join(root, 'dist', 'libs', 'runtime', 'ground', 'logger.js');
const lines = `
  import { createLogger } from ${JSON.stringify(logger)};
  process.stdout.on('error', () => undefined);
  const log = createLogger('ingest', 'test');
  log.info('first');
  process.once('message', () => {
    log.info('one more');
    log.info('last');
    process.exit(3);
  });
`;

let child: ReturnType<typeof spawn>;
beforeEach(() => {
  child = spawn(process.execPath, ['--input-type=module', '--eval', lines], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
});
afterEach(() => void child.kill('SIGKILL'));

test('the last lines of a process are written before it ends', async () => {
  let text = '';
  child.stdout!.on('data', (bytes: Buffer) => {
    if (text === '') child.send('end');
    text += String(bytes);
  });
  await once(child, 'close');
  const told = text.trimEnd().split('\n');
  expect(told.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['first', 'one more', 'last']);
});

test('a process whose reader is gone ends all the same', async () => {
  await once(child.stdout!, 'data');
  child.stdout!.destroy();
  await sleep(100);
  child.send('end');
  const [code] = (await once(child, 'exit', { signal: AbortSignal.timeout(10_000) })) as [number | null];
  expect(code).toBe(3);
});
