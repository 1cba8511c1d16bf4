/** What scripts/setup promises to whoever runs an npm script: signals once, exit codes kept, one set-up at a time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

const script = (name: string): string => pathToFileURL(join(projectRoot, 'scripts', 'setup', 'ground', name)).href;
let dir: TempDir;

beforeEach(() => {
  dir = makeTempDir('setup');
});
afterEach(() => dir.remove());

/** Runs module text on this Node with its output collected. */
function runText(text: string): {
  child: ReturnType<typeof spawn>;
  output: () => string;
  code: Promise<number | null>;
} {
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (said += part));
  const code = once(child, 'close').then(([ended]) => ended as number | null);
  return { child, output: () => said, code };
}

const wrapper = (program: string): string => `
  import { runProgram } from '${script('child.mjs')}';
  process.exitCode = await runProgram(process.execPath, ['-e', ${JSON.stringify(program)}], process.env);`;

async function said(output: () => string, word: string): Promise<void> {
  while (!output().includes(word)) await sleep(10);
}

describe('a program started by the set-up', () => {
  test('passes its exit code on', async () => {
    expect(await runText(wrapper('process.exit(7)')).code).toBe(7);
  });

  test('gets a signal once, though the terminal and npm both send it', async () => {
    const program = `process.on('SIGINT', () => { console.log('signal'); setTimeout(() => process.exit(3), 300); }); setInterval(() => 1, 1000); console.log('ready');`;
    const { child, output, code } = runText(wrapper(program));
    await said(output, 'ready');
    child.kill('SIGINT');
    await sleep(20);
    child.kill('SIGINT');
    expect(await code).toBe(3);
    expect(output().match(/signal/g)).toHaveLength(1);
  });

  test('says which signal ended it', async () => {
    expect(await runText(wrapper("process.kill(process.pid, 'SIGKILL')")).code).toBe(128 + 9);
  });
});

describe('the set-up lock', () => {
  test('lets one process work at a time', async () => {
    const log = join(dir.path, 'log');
    const work = `
      import { appendFileSync } from 'node:fs';
      import { setTimeout as sleep } from 'node:timers/promises';
      import { withSetupLock } from '${script('lock.mjs')}';
      await withSetupLock(async () => { appendFileSync('${log}', 'in '); await sleep(100); appendFileSync('${log}', 'out '); });`;
    expect(await Promise.all([runText(work).code, runText(work).code, runText(work).code])).toEqual([0, 0, 0]);
    expect(readFileSync(log, 'utf8')).toBe('in out '.repeat(3));
  });
});

describe('stamps', () => {
  test('change with the size or time of a wanted file, and with nothing else', async () => {
    const folder = join(dir.path, 'libs');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.ts'), 'one');
    const text = `import { digest, listing } from '${script('stamp.mjs')}'; console.log(digest(...listing(['${folder}'], (name) => name.endsWith('.ts'))));`;
    const stamp = async (): Promise<string> => {
      const { output, code } = runText(text);
      await code;
      return output();
    };
    const first = await stamp();
    writeFileSync(join(folder, 'notes.md'), 'x');
    expect(await stamp()).toBe(first);
    writeFileSync(join(folder, 'a.ts'), 'three');
    expect(await stamp()).not.toBe(first);
  });
});
