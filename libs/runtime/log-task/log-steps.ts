/** The steps of a session: each is called, appended frame by frame, and remembered when all of it is stored. */
import type { Position } from '#frame/lineage';
import type { RefusedRows } from '#frame/refused';
import type { InputFrame, StageState, StepResult } from '#frame/step';
import type { FrameTraces } from '#frame/traces';
import { marked } from '../care/work-marks.js';
import { bytesOf, firstSeqs } from '../logs/frame-batch.js';
import { payloadLimits } from '../logs/payload-limits.js';
import { runStep } from '../steps/run-step.js';
import { haltOnUnreadable } from '../steps/unreadable-state.js';
import type { LogWork } from './log-session.js';
import type { LogTools } from './log-tools.js';
import { outputHead, type StepFacts } from './output-head.js';

interface StepWay {
  /** Rows of the outcome that are stored already. */
  readonly rowsDone: number;
  /** Rows of the one frame that are refused. */
  readonly refused: readonly RefusedRows[];
  readonly reachedMs: number | null;
}

export class LogSteps {
  constructor(
    private readonly tools: LogTools,
    private readonly work: LogWork,
  ) {}

  /** Calls the step, and takes the state that it leaves. */
  async call(
    frames: readonly InputFrame[],
    { rowsDone, refused, reachedMs }: StepWay,
  ): Promise<StepResult<StageState | undefined>> {
    const { work } = this;
    const { context, spec, step: given, mark } = this.tools;
    context.crash('task.before-step');
    const limits = { ...payloadLimits(context), rowsDone };
    const request = { frames, state: work.state, ...(work.saved && { saved: work.saved }), limits, reachedMs };
    const through = { input: frames[0]?.input ?? 0, first: frames[0]?.seq ?? 0, last: frames.at(-1)?.seq ?? 0 };
    const result = await marked(mark, through, () =>
      haltOnUnreadable(spec.name, given, (step) => runStep(step, spec, request, refused)),
    );
    [work.state, work.saved] = [result.state, undefined];
    context.crash('task.after-step');
    return result;
  }

  /** Steps and appends the outcome; `rowsDone` rows of it are stored already. @param refused rows of the one frame that are refused, if any */
  async finish(frames: readonly InputFrame[], rowsDone: number, refused: readonly RefusedRows[]): Promise<void> {
    const { work } = this;
    const { context, meter, traces } = this.tools;
    const startedMs = performance.now();
    const startedUs = traces?.nowUs() ?? 0;
    const firsts = firstSeqs(work.inputs.positions, frames);
    work.unstoredMs.push(work.inputs.takenMs ?? context.now());
    const result = await this.call(frames, { rowsDone, refused, reachedMs: work.watermarkMs });
    meter.stepped(frames, result, (performance.now() - startedMs) / 1000);
    const step: StepFacts = {
      positions: [...work.inputs.positions],
      firsts,
      result,
      rowsBefore: rowsDone,
      watermarkMs: work.watermarkMs,
      logic: context.logic,
      refused,
    };
    await this.#append(step, frames, traces?.follow(frames, result.output, rowsDone, startedUs));
    work.watermarkMs = result.watermarkMs;
    work.more = result.more ?? false;
    work.stepped = true;
  }

  async #append(
    step: StepFacts,
    frames: readonly InputFrame[],
    followed: ReadonlyArray<FrameTraces | undefined> | undefined,
  ): Promise<void> {
    const { work } = this;
    const { context, traces: tracer } = this.tools;
    const { result } = step;
    const positions = [...step.positions];
    for (const [i, { sections, rowsDone: done }] of result.output.entries()) {
      const state = work.snapshots.pointer;
      const traces = followed?.[i];
      const complete = done === result.rowsAll;
      const head = outputHead(step, { rowsDone: done, state, traces });
      const { seq, hash, stored } = work.writer.append(head, sections);
      context.crash('task.after-append');
      stored.then(
        () => {
          work.snapshots.confirm(state);
          tracer?.tell(seq, { inputs: head.inputs, sections, traces });
          if (!complete) return;
          work.unstoredMs.shift();
          this.remember(result.watermarkMs, result.idle, positions);
        },
        (error: Error) => this.#fail(error),
      );
      if (complete && result.state)
        await work.snapshots.offer(
          result.state,
          seq,
          hash,
          positions,
          Math.max(bytesOf(frames), bytesOf(result.output)),
        );
    }
  }

  /** Notes what is stored. */
  remember(watermarkMs: number | null, idle: boolean, through: readonly Position[]): void {
    const { context, stateful } = this.tools;
    context.crash('task.stored');
    // The positions of the inputs move on as frames are taken: what is only taken is not stored, and may not be trimmed.
    const positions = [...through];
    const safe = stateful
      ? (this.work.snapshots.durable?.positions ?? positions.map((position) => ({ ...position, seq: 0 })))
      : positions;
    this.tools.stored = { positions, watermarkMs, idle, safe };
  }

  #fail(error: Error): void {
    this.work.failure ??= error;
    this.work.inputs.wake();
  }
}
