/** A process whose event loop stands still is ended and says where, SIGTERM or not; one that was stopped for as long is left alone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { projectRoot } from '../support/project-root.js';

const stallMsMax = 1_500;
const drainMsMax = 1_000;
/** Looking, asking for the stack, and a NATS that does not answer. */
const slackMs = 8_000;

const program = `
const at = (file) => new URL(file, '${pathToFileURL(join(projectRoot, 'dist/libs/runtime/care/'))}');
const { WorkMarks } = await import(at('work-marks.js'));
const { startWatchdog } = await import(at('watchdog.js'));
const tasks = ['validate.orders.0', 'validate.orders.1'];
const marks = new WorkMarks(tasks);
startWatchdog({ tasks, marks, pipeline: 'p', service: 'validate', drainMsMax: ${drainMsMax}, config: { instance: 'me', stallMsMax: ${stallMsMax}, natsUrl: 'nats://127.0.0.1:1', natsAccess: {}, streamReplicas: 1 } });
process.on('SIGTERM', () => process.exit(0));
setInterval(() => undefined, 100);
process.send('ready');
process.on('message', (what) => {
  if (what === 'end') return marks.ends();
  marks.of('validate.orders.1').begin(0, 41, 43);
  (function neverReturns() { for (;;); })();
});
`;

let child: ChildProcess;

async function start(): Promise<{
  told: () => string;
  died: Promise<{ code: number | null; signal: string | null; ms: number }>;
}> {
  const startedMs = performance.now();
  let text = '';
  child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.stderr!.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const died = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
    ms: performance.now() - startedMs,
  }));
  await Promise.race([
    once(child, 'message'),
    died.then(() => {
      throw new Error(`it ended before it was ready: ${text}`);
    }),
  ]);
  return { told: () => text, died };
}

afterEach(() => void child.kill('SIGKILL'));

describe('a process', () => {
  test('that stands still is killed within the bound, says what it worked on and where, and hears SIGTERM no sooner', async () => {
    const { told, died } = await start();
    child.send('stall');
    await sleep(300);
    child.kill('SIGTERM');
    const { signal, ms } = await died;
    expect(signal).toBe('SIGKILL');
    expect(ms).toBeLessThan(stallMsMax + slackMs);
    const line = JSON.parse(told().split('\n')[0]!) as Record<string, unknown>;
    expect(line).toMatchObject({
      level: 'fatal',
      service: 'validate',
      instance: 'me',
      works: [{ task: 'validate.orders.1', input: 0, first: 41, last: 43 }],
      msg: expect.stringMatching(/^the event loop has stood still for 1\.\d s/) as unknown,
    });
    expect((line['at'] as string[])[0]).toContain('neverReturns');
  }, 30_000);

  test('that was stopped for longer than the bound goes on', async () => {
    const { told } = await start();
    child.kill('SIGSTOP');
    await sleep(2 * stallMsMax);
    child.kill('SIGCONT');
    await sleep(stallMsMax);
    expect({ alive: child.exitCode === null && child.signalCode === null, told: told() }).toEqual({
      alive: true,
      told: '',
    });
  }, 30_000);

  test('that does not end in the time of a drain is killed', async () => {
    const { told, died } = await start();
    child.send('end');
    expect((await died).signal).toBe('SIGKILL');
    expect(told()).toContain('has not ended 1 s after it was told to');
  }, 30_000);
});
