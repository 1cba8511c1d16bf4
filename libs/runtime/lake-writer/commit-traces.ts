/** The traced events of a table that wait for its next commit, and their spans once it is done. */
import type { FrameHead } from '#frame/head';
import { decodeTraces, tracedEventsMax } from '#frame/traces';
import { tableKinds } from '#stages/tables/table-kinds';
import { sectionsFor } from '#stages/tables/table-rows';
import type { LakeTask } from '#stages/topology/topology';
import { type CommittedEvent, commitSpans, type TracedCommit } from '#stages/traces/commit-spans';
import type { SpanRef } from '#stages/traces/trace-context';
import type { Tracing } from '#telemetry/tracing';

/** What is told of a commit. */
export type CommitTold = Pick<TracedCommit, 'id' | 'version' | 'startUs' | 'rows'>;

export class CommitTraces {
  #waiting: CommittedEvent[] = [];
  #frames = 0;
  #leftOut = 0;

  readonly #spansOf: ReturnType<typeof commitSpans>;

  private constructor(
    private readonly tracing: Tracing,
    private readonly task: LakeTask,
  ) {
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
      if (!tableKinds[this.task.table.stage].holds.includes(event.outcome)) continue;
      if (this.#waiting.length < tracedEventsMax) this.#waiting.push({ event, from });
      else this.#leftOut += 1;
    }
  }

  /** The frames taken so far are committed. @returns the span of the commit, for the log; undefined when no traced event is in it */
  tell(commit: CommitTold): SpanRef | undefined {
    const whole: TracedCommit = {
      ...commit,
      endUs: Math.max(commit.startUs, this.nowUs()),
      frames: this.#frames,
      leftOut: this.#leftOut,
    };
    const spans = this.#spansOf(whole, this.#waiting);
    this.tracing.record(spans);
    this.tracing.leaveOut(this.#leftOut);
    [this.#waiting, this.#frames, this.#leftOut] = [[], 0, 0];
    return spans.at(-1);
  }
}
