/** A step over one batch after the other, as a task calls it: state and time go on, what is not at its end is called again, and what comes out becomes a log. */
import {
  type InputFrame,
  type Saved,
  type StageState,
  type Step,
  type StepLimits,
  type StepResult,
  timeOf,
} from '#frame/step';
import { inputFrame, wide } from '#stages/topology/example-frames';

export interface StepRunOptions {
  /** Of each call. Default: wide ones. */
  limits?(): StepLimits;
  /** Which input of the next task the log is. */
  readonly input?: number;
  /** What the task begins with. */
  readonly saved?: Saved;
  /** Whether the task ends before a batch, and starts again from its snapshot. */
  restarts?(): boolean;
  /** The share of a step's frames that are stored when its process dies; undefined: it lives. The step is then called for the rest, with the state before it. */
  dies?(): number | undefined;
}

export interface StepRun<State extends StageState | undefined> {
  readonly log: readonly InputFrame[];
  /** Of each step that came to its end. */
  readonly results: readonly StepResult<State>[];
}

/** What the first call after a start, or the next one, is given. */
interface Begin<State> {
  readonly state: State | undefined;
  readonly saved?: Saved;
}

/** @param make the step of a process: it may remember nothing but its state */
export function runBatches<State extends StageState | undefined>(
  make: () => Step<State>,
  batches: readonly (readonly InputFrame[])[],
  { limits = () => wide, input = 0, saved, restarts = () => false, dies = () => undefined }: StepRunOptions = {},
): StepRun<State> {
  const log: InputFrame[] = [];
  const results: StepResult<State>[] = [];
  let step = make();
  let begin: Begin<State> = { state: undefined, ...(saved && { saved }) };
  let reachedMs: number | null = null;
  for (const batch of batches) {
    if (restarts()) [step, begin] = [make(), restarted(begin)];
    let [frames, rowsDone] = [batch, 0];
    for (let goesOn = true; goesOn; ) {
      const share = dies();
      const before = share === undefined ? begin : restarted(begin);
      const result = step({ frames, ...begin, limits: { ...limits(), rowsDone }, reachedMs });
      const stored = result.output.slice(0, Math.floor((share ?? 1) * result.output.length));
      for (const { sections, rowsDone: done } of stored)
        log.push(inputFrame(log.length + 1, sections, timeOf(result, done, reachedMs), input));
      rowsDone = stored.at(-1)?.rowsDone ?? rowsDone;
      if (stored.length < result.output.length) [step, begin] = [make(), before];
      else begin = { state: result.state };
      if (rowsDone < result.rowsAll) continue;
      results.push(result);
      goesOn = result.more === true;
      [frames, rowsDone, reachedMs] = [[], 0, result.watermarkMs];
    }
  }
  return { log, results };
}

/** The same from a snapshot. */
function restarted<State extends StageState | undefined>(begin: Begin<State>): Begin<State> {
  return begin.state ? { state: undefined, saved: [...begin.state.snapshot()] } : begin;
}

/** Neighbours together, up to each of these places and behind it. */
export function cutBehind<T>(items: readonly T[], places: ReadonlySet<number>): T[][] {
  const parts: T[][] = [];
  for (const [at, item] of items.entries()) {
    if (at === 0 || places.has(at - 1)) parts.push([]);
    parts.at(-1)!.push(item);
  }
  return parts;
}
