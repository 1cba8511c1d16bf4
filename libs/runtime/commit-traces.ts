/** The traced events of a table that wait for its next commit, and their spans once it is done. */
import { decodeTraces, tracedEventsMax, type Outcome } from '#frame/traces';
import type { TableStage } from '#pipeline/model';
import type { SpanRef } from '#stages/trace-context';
import { sectionsFor } from '#stages/table-rows';
import { commitSpans, type CommittedEvent, type TracedCommit } from '#stages/traced-spans';
import type { LakeTask } from '#stages/topology';
import type { Tracing } from '#telemetry/tracing';
import type { FrameHead } from '#frame/head';

/** Which events of its logs a table holds. Results are sums: no event is in them any more. */
const held: Readonly<Record<TableStage, readonly Outcome[]>> = { raw: ['ok'], enriched: ['ok'], rejected: ['rejected', 'late'], results: [] };

export class CommitTraces {
  #waiting: CommittedEvent[] = [];
  #frames = 0;
  #leftOut = 0;

  readonly #spansOf: ReturnType<typeof commitSpans>;

  private constructor(private readonly tracing: Tracing, private readonly task: LakeTask) {
    this.#spansOf = commitSpans(task.name, task.table.name);
  }

  /** Undefined when nothing is traced. */
  static of(tracing: Tracing | undefined, task: LakeTask): CommitTraces | undefined {
    return tracing && new CommitTraces(tracing, task);
  }

  nowUs(): number {
    return this.tracing.nowUs();
  }

  /** A frame was taken, for the next commit. @param from stream it came from */
  take({ traces, sections }: Pick<FrameHead, 'traces' | 'sections'>, from: string): void {
    this.#frames += 1;
    if (traces === undefined || sectionsFor(this.task.table.stage, sections).length === 0) return;
    for (const event of decodeTraces(traces)?.events ?? []) {
      if (!held[this.task.table.stage].includes(event.outcome)) continue;
      if (this.#waiting.length < tracedEventsMax) this.#waiting.push({ event, from });
      else this.#leftOut += 1;
    }
  }

  /** The frames taken so far are committed. @returns the span of the commit, for the log; undefined when no traced event is in it */
  tell(commit: Pick<TracedCommit, 'id' | 'version' | 'startUs' | 'rows'>): SpanRef | undefined {
    const whole: TracedCommit = { ...commit, endUs: Math.max(commit.startUs, this.nowUs()), frames: this.#frames, leftOut: this.#leftOut };
    const spans = this.#spansOf(whole, this.#waiting);
    this.tracing.record(spans);
    this.tracing.leaveOut(this.#leftOut);
    this.forget();
    return spans.at(-1);
  }

  /** The task starts again from what is committed. */
  forget(): void {
    [this.#waiting, this.#frames, this.#leftOut] = [[], 0, 0];
  }
}
