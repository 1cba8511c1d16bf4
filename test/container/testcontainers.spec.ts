/** The fixture of the integration tests runs its servers in containers too, by testcontainers: the same specs, run again there. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { type Engine, engineMsMax, startEngine } from './support/engine.js';

const specs = [
  'test/support/nats-server.spec.ts',
  'test/integration/buckets.spec.ts',
  'test/integration/watched-buckets.spec.ts',
  'test/integration/log.spec.ts',
  'test/integration/log-fence.spec.ts',
  'test/integration/ingest.spec.ts',
  'test/integration/ingest-front.spec.ts',
];
const runMsMax = 10 * 60_000;

let engine: Engine;
let work: TempDir;
beforeAll(async () => {
  work = makeTempDir('testcontainers');
  engine = await startEngine();
}, engineMsMax);
afterAll(async () => {
  await engine?.stop();
  work.remove();
}, engineMsMax);

/** Runs Jest on the specs with a NATS in containers. @returns its summary and what it said */
async function runSpecs(): Promise<{
  summary: { numPassedTests: number; numFailedTests: number; numPendingTests: number };
  output: string;
}> {
  const summary = join(work.path, 'summary.json');
  const args = [
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
    '--runInBand',
    '--json',
    `--outputFile=${summary}`,
    '--runTestsByPath',
    ...specs,
  ];
  // The helper that would remove containers of killed runs is an image that cannot be pulled everywhere; an engine of ours removes them at its end.
  const env = {
    ...process.env,
    AFL_TEST_NATS: 'docker',
    DOCKER_HOST: engine.host,
    ...(engine.own && { TESTCONTAINERS_RYUK_DISABLED: 'true' }),
  };
  const child = spawn(process.execPath, args, { cwd: projectRoot, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  await new Promise((resolve) => child.once('close', resolve));
  return {
    summary: JSON.parse(readFileSync(summary, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      numPendingTests: number;
    },
    output,
  };
}

test(
  'the fixture and integration specs pass with nats-server in containers',
  async () => {
    const { summary, output } = await runSpecs();
    expect({ ...summary, output: summary.numFailedTests === 0 ? '' : output }).toMatchObject({
      numFailedTests: 0,
      numPendingTests: 0,
      output: '',
    });
    expect(summary.numPassedTests).toBeGreaterThan(20);
    // Each test removes its own.
    expect(await engine.docker(['ps', '--all', '--quiet', '--filter', 'label=org.testcontainers=true'])).toBe('');
  },
  runMsMax,
);
