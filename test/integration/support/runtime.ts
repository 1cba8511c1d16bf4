/** A runtime context over a real server, and a task kept running in it as the task host would. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HaltError } from '#nats/ground/halt-error';
import type { Nats } from '#nats/ground/nats';
import { parsePipeline } from '#pipeline/checks/parse-pipeline';
import type { Pipeline } from '#pipeline/model/model';
import type { RuntimeContext } from '#runtime/cluster/context';
import type { CrashPoint } from '#runtime/ground/crash-point';
import type { Runnable } from '#runtime/ground/task-status';
import { testContext } from '../../support/test-context.js';

const contract = JSON.stringify({
  type: 'object',
  properties: { id: { type: 'string' }, user: { type: 'string' }, at: { type: 'string', format: 'date-time' } },
  required: ['id', 'user', 'at'],
});

/** A pipeline with one source. @param front `subjects: […]` or `stream: …` @param rest of the file: windows, tables */
export function pipelineOf(front: string, partitions = 2, rest = ''): Pipeline {
  const text = `apiVersion: afluente/v1
name: test
sources:
  events:
    ${front}
    partitions: ${partitions}
    contract: event.json
    id: id
    key: user
    eventTime: { field: at, idleAfter: 300ms }
${rest}`;
  const parsed = parsePipeline(text, 'pipeline.yaml', () => contract);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.pipeline;
}

/** Its board watches. @param more parts that differ from those of a service */
export async function makeContext(
  nats: Nats,
  pipeline: Pipeline,
  env: Readonly<Record<string, string>> = {},
  more: Partial<RuntimeContext> = {},
): Promise<RuntimeContext> {
  const context = await testContext(nats, pipeline, { AFL_LINGER_MS: '20', AFL_STEP_LINGER_MS: '0', ...env }, more);
  await context.board.watch();
  return context;
}

export interface KeptRunning {
  /** Times the task was started. */
  starts(): number;
  /** Set when the task halted. */
  halted(): HaltError | undefined;
  stop(): Promise<void>;
}

/** Starts the task again whenever it fails, until it halts or `stop` is called; posts its status meanwhile. */
export function keepRunning(task: Runnable, { board }: Pick<RuntimeContext, 'board'>): KeptRunning {
  const abort = new AbortController();
  let starts = 0;
  let halted: HaltError | undefined;
  const post = (): Promise<void> =>
    board.post({ ...task.status(), owner: 'me', state: 'running', updatedMs: 0 }).catch(() => undefined);
  const timer = setInterval(() => void post(), 50);
  const loop = (async () => {
    while (!abort.signal.aborted && !halted) {
      starts++;
      await task.run(abort.signal).catch((error: Error) => {
        if (error instanceof HaltError) halted = error;
      });
      await sleep(20);
    }
  })();
  return {
    starts: () => starts,
    halted: () => halted,
    stop: async () => {
      abort.abort();
      await loop;
      clearInterval(timer);
      await post();
    },
  };
}

export async function until(what: () => boolean | Promise<boolean>, msMax = 15_000): Promise<void> {
  const untilMs = performance.now() + msMax;
  while (!(await what())) {
    if (performance.now() > untilMs) throw new Error(`not within ${msMax} ms: ${what}`);
    await sleep(20);
  }
}

/** Throws at every n-th appended frame; the frame itself is on its way then. */
export function thrownOutEvery(times: number): RuntimeContext['crash'] {
  let left = times;
  return (point: CrashPoint) => {
    if (point !== 'task.after-append' || --left > 0) return;
    left = times;
    throw new Error('thrown out');
  };
}
