/** The program of the simulation: seeds pass, and a seed repeats itself. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { projectRoot } from '../support/project-root.js';

const program = join(projectRoot, 'dist/test/simulation/main.js');
const outputBytesMax = 16 * 1024 * 1024;

/** Lines of standard output; the last one is the summary. */
async function simulate(...args: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], {
    cwd: projectRoot,
    maxBuffer: outputBytesMax,
  });
  return stdout.trimEnd().split('\n');
}

test('200 seeds lose, repeat and reorder nothing, and all of them drain', async () => {
  const summary = JSON.parse((await simulate('--seeds', '200')).at(-1)!) as Record<string, unknown>;
  expect(summary).toMatchObject({
    seeds: 200,
    failedSeeds: 0,
    lost: 0,
    duplicated: 0,
    unexpected: 0,
    orderBreaks: 0,
    windowDifferences: 0,
    chainBreaks: 0,
    verdict: 'passed',
  });
}, 300_000);

test('a seed has one history', async () => {
  const [once, again] = [await simulate('--seed', '14'), await simulate('--seed', '14')];
  expect(once.length).toBeGreaterThan(100);
  expect(again.slice(0, -1)).toEqual(once.slice(0, -1));
}, 60_000);
