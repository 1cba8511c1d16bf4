/** What a task between two logs tells about its work: rows, times, failures. Nothing here decides anything. */
import { streamOf } from '#frame/log-name';
import type { Position } from '#frame/lineage';
import type { SectionInfo } from '#frame/sections';
import type { InputFrame, StageState, StepResult } from '#frame/step';
import type { LogLag } from '#nats/log-reader';
import type { AppendObserver } from '#nats/log-writer';
import type { LogTaskSpec } from '#stages/topology';
import type { Metrics } from '#telemetry/metrics';
import type { RuntimeContext } from './context.js';
import type { LogInputs } from './log-inputs.js';
import { traceIdsOf } from './log-traces.js';
import { Redeliveries } from './redeliveries.js';
import { nothingWaits } from './task-status.js';

export class TaskMeter {
  /** Source whose events the task takes. */
  readonly #source: string;
  readonly #redeliveries: Redeliveries;
  #lag = nothingWaits;
  /** For the writer of the task's log. */
  readonly appends: AppendObserver;

  constructor(private readonly context: Pick<RuntimeContext, 'metrics' | 'topology' | 'log'>, private readonly spec: LogTaskSpec) {
    const { name, kind, of } = spec;
    this.#source = kind === 'validate' || kind === 'enrich' ? of : (context.topology.pipeline.windows[of]?.from ?? of);
    this.#redeliveries = new Redeliveries(context.metrics, name);
    this.appends = appendObserver(context.metrics, name);
  }

  begin(): void {
    this.context.metrics.startedSteps(this.spec.name);
  }

  /** A frame was taken from an input. */
  readonly taken = ({ stream, seq }: Position): void => this.#redeliveries.take(stream, seq);

  stepped(frames: readonly InputFrame[], { output, duplicates = 0, quarantined = {} }: StepResult<StageState | undefined>, seconds: number): void {
    const { metrics } = this.context;
    const inputRows = frames.reduce((sum, { sections }) => sum + rowsIn(sections), 0);
    const rows = output.flatMap(({ sections }) => sections.map(({ name, rows }) => [name, rows] as const));
    metrics.stepped({ task: this.spec.name, frames: frames.length, inputRows, seconds, rows });
    metrics.heldBack(this.#source, duplicates, quarantined);
  }

  /** The rows of a frame went to quarantine, because the step fails on it. */
  refused({ input, seq, sections, head }: InputFrame): void {
    const { metrics, log } = this.context;
    const { name, inputs } = this.spec;
    metrics.refused(name);
    log.error({ task: name, stream: streamOf(inputs[input]!), seq, rows: rowsIn(sections), ...traceIdsOf(head) }, 'frame refused: the step fails on it, its rows go to quarantine');
  }

  /** What waits for the task; between two sessions what waited in the last one. */
  lagOf(session: { readonly inputs: Pick<LogInputs, 'lag'>; readonly unstoredMs: readonly number[] } | undefined): LogLag {
    if (session) this.#lag = { ...session.inputs.lag, oldestMs: session.unstoredMs[0] ?? session.inputs.lag.oldestMs };
    return this.#lag;
  }
}

/** Counts the frames of a task that are stored, and those that are not. */
export function appendObserver(metrics: Pick<Metrics, 'published' | 'notAppended'>, task: string): AppendObserver {
  return { stored: (seconds) => metrics.published(task, seconds), failed: (problem) => metrics.notAppended(task, problem) };
}

function rowsIn(sections: readonly SectionInfo[]): number {
  return sections.reduce((sum, { rows }) => sum + rows, 0);
}
