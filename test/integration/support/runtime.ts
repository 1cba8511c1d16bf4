/** A runtime context over a real server, and a task kept running in it as the task host would. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ObjectBucket } from '#nats/object-bucket';
import type { Nats } from '#nats/connection';
import { HaltError } from '#nats/log-reader';
import type { Pipeline } from '#pipeline/model';
import { parsePipeline } from '#pipeline/parse-pipeline';
import { readConfig } from '#runtime/config';
import type { RuntimeContext } from '#runtime/context';
import { createLogger } from '#runtime/logger';
import { TaskBoard } from '#runtime/task-board';
import type { Runnable } from '#runtime/task-status';
import { topologyOf } from '#stages/topology';
import { Metrics } from '#telemetry/metrics';

const contract = JSON.stringify({ type: 'object', properties: { id: { type: 'string' }, user: { type: 'string' }, at: { type: 'string', format: 'date-time' } }, required: ['id', 'user', 'at'] });
const chunkBytes = 100_000;

/** A pipeline with one source. @param front `subjects: […]` or `stream: …` */
export function pipelineOf(front: string, partitions = 2): Pipeline {
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
`;
  const parsed = parsePipeline(text, 'pipeline.yaml', () => contract);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.pipeline;
}

export async function makeContext(nats: Nats, pipeline: Pipeline, env: Readonly<Record<string, string>> = {}, more: Partial<RuntimeContext> = {}): Promise<RuntimeContext> {
  const board = new TaskBoard(nats, await nats.openBucket('tasks', { replicas: 1 }));
  await board.watch();
  return {
    config: readConfig({ AFL_PIPELINE: '.', AFL_LINGER_MS: '20', AFL_STEP_LINGER_MS: '0', ...env }),
    nats,
    topology: topologyOf(pipeline),
    logic: 'v',
    objects: new ObjectBucket(await nats.openBucket('objects', { replicas: 1 }), chunkBytes),
    board,
    metrics: new Metrics('test', () => []),
    crash: () => undefined,
    log: createLogger('test', 'me', 'silent'),
    now: Date.now,
    ...more,
  };
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
  const post = (): Promise<void> => board.post({ ...task.status(), owner: 'me', state: 'running', updatedMs: 0 }).catch(() => undefined);
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
