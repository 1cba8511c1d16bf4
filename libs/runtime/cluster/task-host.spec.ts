/** The host keeps tasks running: it starts failed ones again, keeps halted ones down, and stops all of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { TableHaltedError } from '#lake/ground/lake-errors';
import { RequiredColumnError } from '#lake/table/write-data-files';
import { HaltError } from '#nats/ground/halt-error';
import { AppendError } from '#nats/messages/log-writer';
import { Metrics } from '#telemetry/metrics';
import { createLogger } from '../ground/logger.js';
import { nothingWaits, type Runnable, type TaskStatus } from '../ground/task-status.js';
import { readConfig } from '../settings/config.js';
import type { RuntimeContext } from './context.js';
import { TaskHost } from './task-host.js';

const metrics = new Metrics('test', () => []);
const posted: TaskStatus[] = [];
/** All that the host uses of the context; the board is a list. */
const context = {
  config: readConfig({ AFL_PIPELINE: '.', AFL_INSTANCE: 'me' }),
  metrics,
  log: createLogger('test', 'me', 'silent'),
  now: Date.now,
  topology: { pipeline: { lake: { commit: { latestMs: 0 } } } },
  board: { post: async (status: TaskStatus) => void posted.push(status), compare: async () => undefined },
} as unknown as RuntimeContext;

const untilAborted = (stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => (stop.aborted ? resolve() : stop.addEventListener('abort', () => resolve())));
const task = (
  name: string,
  run: (stop: AbortSignal, attempt: number) => Promise<void>,
): Runnable & { attempts: number; reconnects: number } => ({
  name,
  attempts: 0,
  reconnects: 0,
  run(stop) {
    return run(stop, ++this.attempts);
  },
  status: () => ({ task: name, inputs: [], watermarkMs: null, idle: false, waiting: 0 }),
  measure: () => ({ lag: nothingWaits, streams: [] }),
  onReconnect() {
    this.reconnects++;
  },
});

let host: TaskHost | undefined;
afterEach(() => host?.stop());

function hosting(...tasks: readonly Runnable[]): TaskHost {
  return hostingIn(context, tasks);
}

function hostingIn(where: RuntimeContext, tasks: readonly Runnable[]): TaskHost {
  host = new TaskHost(where, tasks);
  for (const { name } of tasks) host.run(name);
  return host;
}

async function until(condition: () => boolean): Promise<void> {
  for (let waits = 0; !condition() && waits < 2_500; waits++) await sleep(10);
  expect(condition()).toBe(true);
}

const stateOf = (name: string) => {
  const { state, waitsFor, reason } = host!.statuses().find((status) => status.task === name)!;
  return { state, reason, ...(waitsFor && { waitsFor }) };
};

describe('a task', () => {
  test('that fails starts again, says why meanwhile, and no longer once it runs', async () => {
    const failing = task('a', async (stop, attempt) => {
      if (attempt < 3) throw new AppendError(`no ${attempt}`);
      await untilAborted(stop);
    });
    hosting(failing);
    await until(() => stateOf('a').state === 'waiting');
    expect(stateOf('a').reason).toMatch(/no \d/);
    await until(() => failing.attempts === 3);
    expect(stateOf('a')).toEqual({ state: 'running', reason: undefined });
    expect(await metrics.registry.metrics()).toContain('afluente_recoveries_total{task="a",service="test"} 2');
  });

  test.each([
    [new HaltError('a gap'), 2],
    [new TableHaltedError('silver', 'a gap'), 1],
  ])('that halts, where a log is the reason twice, stays down and lets the others run', async (error, attempts) => {
    const halting = task('a', () => Promise.reject(error));
    hosting(halting, task('b', untilAborted));
    await until(() => stateOf('a').state === 'halted');
    await sleep(150);
    expect([halting.attempts, stateOf('a').reason, stateOf('b').state]).toEqual([attempts, error.message, 'running']);
  });

  test('of a cluster halts when the reason has stayed true for 20 s: a former leader may have told it', async () => {
    let nowMs = 0;
    const config = readConfig({ AFL_PIPELINE: '.', AFL_INSTANCE: 'me', AFL_STREAM_REPLICAS: '3' });
    const halting = task('a', () => Promise.reject(new HaltError('a gap')));
    hostingIn({ ...context, config, now: () => nowMs } as RuntimeContext, [halting]);
    await until(() => halting.attempts === 2);
    nowMs = 19_000;
    await until(() => halting.attempts === 3);
    expect(stateOf('a')).toEqual({ state: 'waiting', reason: 'a gap', waitsFor: 'other' });
    nowMs = 20_000;
    await until(() => stateOf('a').state === 'halted');
  });

  const standing = (
    failing: (attempt: number) => Error,
    position: (attempt: number) => number = () => 7,
  ): Runnable & { attempts: number } => {
    const one = task('a', (_, attempt) => Promise.reject(failing(attempt)));
    return Object.assign(one, {
      status: () => ({
        ...nothing,
        task: 'a',
        inputs: [{ stream: 's', created: 'c', position: position(one.attempts), safe: 0 }],
      }),
    });
  };
  const nothing = { inputs: [], watermarkMs: null, idle: false, waiting: 0 };

  test('that fails eight times because of the same input halts, and says our reason; an outage in between does not count', async () => {
    const failing = standing((attempt) =>
      attempt === 2 ? new AppendError('no answer') : new RequiredColumnError('silver', 'region', 1),
    );
    hosting(failing);
    await until(() => stateOf('a').state === 'halted');
    expect([failing.attempts, stateOf('a').reason]).toEqual([
      9,
      expect.stringMatching(
        /^it has failed 8 times on the same input: 1 rows for table silver have no value in "region"/,
      ),
    ]);
  }, 30_000);

  test('that gets on between its failures, or meets an outage, goes on trying at once, or for ever', async () => {
    const moving = standing(
      () => new TypeError('x'),
      (attempt) => attempt,
    );
    hosting(moving);
    await until(() => moving.attempts > 12);
    expect(stateOf('a').state).not.toBe('halted');
    await host!.stop();
    let firstMs = 0;
    const outage = standing(() => {
      firstMs ||= Date.now();
      return new AppendError('no answer');
    });
    hosting(outage);
    // It waits, also while it tries: who asks for its state must not see it run.
    await until(() => outage.attempts > 4);
    expect(stateOf('a')).toEqual({ state: 'waiting', reason: 'no answer', waitsFor: 'nats' });
    // Since the first failure, not the newest.
    expect(host!.statuses()[0]!.sinceMs! - firstMs).toBeLessThan(100);
  }, 30_000);

  test('hears of a reconnection', () => {
    const one = task('a', untilAborted);
    hosting(one).onReconnect();
    expect(one.reconnects).toBe(1);
  });
});

describe('a stop', () => {
  test('waits for every task and posts what they say last', async () => {
    let finished = false;
    hosting(
      task('slow', async (stop) => {
        await untilAborted(stop);
        await sleep(30);
        finished = true;
      }),
    );
    await host!.stop();
    expect([finished, posted.at(-1)]).toEqual([
      true,
      expect.objectContaining({ task: 'slow', state: 'stopped', owner: 'me' }),
    ]);
  });

  test('does not wait out the pause of a failed task, and what fails while stopping is no failure', async () => {
    const startedMs = performance.now();
    hosting(
      task('a', () => Promise.reject(new Error('always'))),
      task('b', async (stop) => {
        await untilAborted(stop);
        stop.throwIfAborted();
      }),
    );
    await until(() => stateOf('a').state === 'waiting');
    await host!.stop();
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(posted.slice(-2)).toEqual([
      expect.objectContaining({ task: 'a', state: 'stopped' }),
      expect.objectContaining({ task: 'b', state: 'stopped' }),
    ]);
    expect(posted.at(-1)).not.toHaveProperty('reason');
  });
});
