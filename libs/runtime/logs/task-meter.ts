/** What a task between two logs tells about its work: rows, times, failures. Nothing here decides anything. */
import type { Position } from '#frame/lineage';
import { type LogName, streamOf } from '#frame/log-name';
import { countRefused, type RefusedRows } from '#frame/refused';
import type { SectionInfo } from '#frame/sections';
import type { InputFrame, StageState, StepResult } from '#frame/step';
import type { LogLag } from '#nats/messages/log-reader';
import type { AppendObserver } from '#nats/messages/log-writer';
import { workRows } from '#stages/define/refuse-frame';
import { type LogTaskSpec, sourceOf } from '#stages/topology/topology';
import type { Metrics } from '#telemetry/metrics';
import type { RuntimeContext } from '../cluster/context.js';
import { nothingWaits } from '../ground/task-status.js';
import type { Waits } from '../ground/waits.js';
import type { LogInputs } from './log-inputs.js';
import { traceIdsOf } from './log-traces.js';
import { Redeliveries } from './redeliveries.js';

export class TaskMeter {
  /** Source whose events the task takes. */
  readonly #source: string;
  readonly #redeliveries: Redeliveries;
  #lag = nothingWaits;

  constructor(
    private readonly context: Pick<RuntimeContext, 'metrics' | 'topology' | 'log'>,
    private readonly spec: LogTaskSpec,
  ) {
    this.#source = sourceOf(context.topology.pipeline, spec.output).name;
    this.#redeliveries = new Redeliveries(context.metrics, spec.name);
  }

  /** For the writer of the task's log. */
  appends(waits: Waits): AppendObserver {
    return appendObserver(this.context.metrics, this.spec.name, waits, this.spec.output);
  }

  begin(): void {
    this.context.metrics.startedSteps(this.spec.name);
  }

  /** A frame was taken from an input. */
  readonly taken = ({ stream, seq }: Position): void => this.#redeliveries.take(stream, seq);

  stepped(
    frames: readonly InputFrame[],
    { output, duplicates = 0, ahead = 0, quarantined = {} }: StepResult<StageState | undefined>,
    seconds: number,
  ): void {
    const { metrics } = this.context;
    const inputRows = frames.reduce((sum, { sections }) => sum + rowsIn(sections), 0);
    const rows = output.flatMap(({ sections }) => sections.map(({ name, rows }) => [name, rows] as const));
    metrics.stepped({ task: this.spec.name, frames: frames.length, inputRows, seconds, rows });
    metrics.heldBack(this.#source, duplicates, quarantined);
    metrics.ahead(this.#source, ahead);
  }

  /** Rows of a frame went to quarantine, because the step fails on them. */
  refused([frame]: readonly InputFrame[], refused: readonly RefusedRows[]): void {
    if (!frame || refused.length === 0) return;
    const { input, seq, head } = frame;
    const { metrics, log } = this.context;
    const { name, inputs } = this.spec;
    metrics.refused(name);
    log.error(
      {
        task: name,
        stream: streamOf(inputs[input]!),
        seq,
        rows: countRefused(refused, workRows(this.spec, frame)),
        ...traceIdsOf(head),
      },
      'rows refused: the step fails on them, they go to quarantine',
    );
  }

  /** What waits for the task; between two sessions what waited in the last one. */
  lagOf(
    session: { readonly inputs: Pick<LogInputs, 'lag'>; readonly unstoredMs: readonly number[] } | undefined,
  ): LogLag {
    if (session) this.#lag = { ...session.inputs.lag, oldestMs: session.unstoredMs[0] ?? session.inputs.lag.oldestMs };
    return this.#lag;
  }
}

/** Counts the frames of a task that are stored, and those that are not, and tells when they wait for room. */
export function appendObserver(
  metrics: Pick<Metrics, 'published' | 'notAppended'>,
  task: string,
  waits: Waits,
  log: LogName,
): AppendObserver {
  return {
    stored: (seconds) => metrics.published(task, seconds),
    failed: (problem) => metrics.notAppended(task, problem),
    room: waits.of(`room in ${streamOf(log)}`, 'room'),
  };
}

function rowsIn(sections: readonly SectionInfo[]): number {
  return sections.reduce((sum, { rows }) => sum + rows, 0);
}
