/** One task between logs on a server of its own, in a pipeline with one source and one window over it. */
import type { FrameHead } from '#frame/head';
import { type LogName, streamOf, subjectOf } from '#frame/log-name';
import type { Section } from '#frame/sections';
import type { StageState, Step } from '#frame/step';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { LogWriter } from '#nats/messages/log-writer';
import { ensureLog } from '#nats/streams/ensure-log';
import { lastFrame } from '#nats/streams/last-frame';
import type { RuntimeContext } from '#runtime/cluster/context';
import { LogTask } from '#runtime/log-task/log-task';
import { stepCall } from '#runtime/steps/step-call';
import { anyStage, type Stage } from '#stages/define/define-stage';
import type { LogTaskSpec } from '#stages/topology/topology';
import { type NatsServer, startNats } from '../../support/nats-server.js';
import { framesOf, type StoredFrame } from './frames.js';
import { type KeptRunning, keepRunning, makeContext, pipelineOf } from './runtime.js';

/** As the pipeline writes the window of these tests, which has the name of its source. */
const events = {
  name: 'events',
  from: 'events',
  sizeMs: 60_000,
  latenessMs: 0,
  key: ['k'],
  measures: { s: 'sum(v)', n: 'count()' },
};

export const logOf = (stage: LogName['stage']): LogName => ({
  pipeline: 'test',
  stage,
  origin: 'events',
  partition: 0,
});
export const specOf = <State extends StageState | undefined>(stage: Stage<State>): LogTaskSpec => ({
  stage: anyStage(stage),
  name: `${stage.kind}.events.0`,
  origin: 'events',
  inputs: [logOf(stage.reads)],
  output: logOf(stage.writes),
});

export const positionOf = (task: LogTask): number => task.status().inputs[0]?.position ?? 0;

/** A frame of an input log. */
export interface WrittenFrame {
  readonly sections: readonly Section[];
  readonly head?: Partial<FrameHead>;
}

export class TaskBench {
  readonly #running: KeptRunning[] = [];

  private constructor(
    private readonly server: NatsServer,
    private readonly nats: NatsClient,
    readonly context: RuntimeContext,
  ) {}

  static async open(name: string): Promise<TaskBench> {
    const server = await startNats();
    const nats = await connectNats(server.url, name);
    const context = await makeContext(nats, { ...pipelineOf('subjects: [in.>]', 1), windows: { events } });
    return new TaskBench(server, nats, context);
  }

  async close(): Promise<void> {
    for (const one of this.#running) await one.stop();
    this.context.board.close();
    await this.nats.nc.close();
    await this.server.stop();
  }

  run<State extends StageState | undefined>(
    spec: LogTaskSpec,
    step: Step<State>,
    more: Partial<RuntimeContext> = {},
  ): { task: LogTask; kept: KeptRunning } {
    const task = new LogTask({ ...this.context, ...more }, spec, spec.stage.keepsState, stepCall(step));
    const kept = keepRunning(task, this.context);
    this.#running.push(kept);
    return { task, kept };
  }

  framesOf(log: LogName): Promise<StoredFrame[]> {
    return framesOf(this.nats, log);
  }

  /** Appends frames to an input log. */
  async write(log: LogName, frames: readonly WrittenFrame[]): Promise<void> {
    const [stream, subject] = [streamOf(log), subjectOf(log)];
    const { lastSeq } = await ensureLog(this.nats, stream, [subject], { bytesMax: 1e8, replicas: 1 });
    const writer = new LogWriter(this.nats, stream, subject, await lastFrame(this.nats, stream, subject), lastSeq);
    for (const { sections, head } of frames) {
      const next = writer.seq + 1;
      await writer.append(
        {
          inputs: [{ stream: 'in', created: 'c', hash: undefined, first: next, last: next }],
          watermarkMs: null,
          idle: false,
          logic: 'v',
          ...head,
        },
        sections,
      ).stored;
    }
  }
}
