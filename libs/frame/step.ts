/** The shape of a step: what every stage is, a pure function from a batch of frames and a state to output frames and a state. */
import type { FrameHead } from './head.js';
import type { Section } from './sections.js';

export interface InputFrame {
  /** Index of the input in the task's list of inputs. */
  readonly input: number;
  readonly seq: number;
  readonly head: FrameHead;
  readonly hash: string;
  readonly sections: readonly Section[];
}

export interface StepLimits {
  /** Target size of an output frame's payload; a step gives several frames rather than a larger one. */
  readonly frameBytesMax: number;
  /** What one message can hold at most, some room for headers left: only a single large row may come near. */
  readonly payloadBytesMax: number;
  /** Rows of this step that earlier frames already hold (see RowProgress): they are not put out. 0 in the ordinary case, `everyRow` in a replay. */
  readonly rowsDone: number;
}

/** More rows than any step has: frames hold all of them. */
export const everyRow = Number.POSITIVE_INFINITY;

/** What a stateful stage keeps between steps. */
export interface StageState {
  /**
   * Deterministic bytes in parts; parts that did not change keep their identity and are stored once. A large state makes them one by one, each in a short
   * time, so that others get their turn in between; no step runs before the last one.
   */
  snapshot(): Iterable<Uint8Array>;
  /** What it must remember by contract, for metrics: things of the stage's kind (event ids, keys of windows), and the memory they take. */
  readonly remembered?: { readonly entries: number; readonly bytes: number };
}

/** A saved state is not in a format that this version reads: its task must stay down. */
export class UnreadableStateError extends Error {
  override readonly name = 'UnreadableStateError';
}

/** A task of the generation before, which has ended: its events go to others by now. */
export interface Predecessor {
  readonly task: string;
  /** Lineage hash of its last frame. */
  readonly hash: string;
  /** Its state. */
  readonly parts: readonly Uint8Array[];
}

/** What a task of another generation begins with, instead of a state of its own: those before may hold what belongs to its keys, and to others. */
export interface Inheritance {
  readonly predecessors: readonly Predecessor[];
}

/** What a state is taken up from: a snapshot of the same task, or those of its predecessors. */
export type Saved = readonly Uint8Array[] | Inheritance;

export function isInheritance(saved: Saved): saved is Inheritance {
  return 'predecessors' in saved;
}

/** Long work in pieces: at each `yield` the runtime may do other things, so that a process is not taken for dead meanwhile. */
export type Pieces<Result> = Generator<undefined, Result, undefined>;

export interface StepRequest<State extends StageState | undefined> {
  /** None when the step before asked to go on (`more`). */
  readonly frames: readonly InputFrame[];
  /** Owned by the step: it may be changed in place and must be given back. Undefined on the first step after a start. */
  readonly state: State | undefined;
  /** What to start from, for the state to keep; only on the first step after a start, and only when there is something. */
  readonly saved?: Saved;
  readonly limits: StepLimits;
  /**
   * Watermark of the task's newest frame, which a step may not fall behind. A state that was rebuilt by another version from the same
   * frames may. Absent in a replay, of which nothing is published.
   */
  readonly reachedMs?: number | null;
}

export interface OutputFrame {
  readonly sections: readonly Section[];
  /** Rows of the step in this frame and the ones before it; the last frame of a step has done = all. */
  readonly rowsDone: number;
}

export interface StepResult<State extends StageState | undefined> {
  readonly state: State;
  /** At least one, unless frames hold every row already; several only when one would exceed `frameBytesMax`. */
  readonly output: readonly OutputFrame[];
  readonly rowsAll: number;
  readonly watermarkMs: number | null;
  readonly idle: boolean;
  /** There is more to put out than one step should: the step wants to be called again, without frames. */
  readonly more?: boolean;
  readonly duplicates?: number;
  /** Accepted events whose time lies further beyond their arrival than the pipeline allows; for metrics only. */
  readonly ahead?: number;
  /** Rows that the step refused, by reason; for metrics only. */
  readonly quarantined?: Readonly<Record<string, number>>;
  readonly references?: string;
}

/**
 * What one output frame says about time. Only the last frame of a step may move the watermark: rows of the step still follow
 * the frames before it, and a reader that has closed their windows would have to drop them.
 * @param beforeMs watermark of the frame before the step
 */
export function timeOf(
  step: Pick<StepResult<StageState | undefined>, 'rowsAll' | 'watermarkMs' | 'idle'>,
  rowsDone: number,
  beforeMs: number | null,
): Pick<FrameHead, 'watermarkMs' | 'idle'> {
  return rowsDone < step.rowsAll
    ? { watermarkMs: beforeMs, idle: false }
    : { watermarkMs: step.watermarkMs, idle: step.idle };
}

/** A stage: a pure, synchronous function. */
export interface Step<State extends StageState | undefined> {
  (request: StepRequest<State>): StepResult<State>;
  /** Takes up a saved state, whose parts it keeps, in pieces. A call with `saved` does the same at once, which may take long. */
  restore?(saved: Saved): Pieces<State>;
}

/** Does all pieces at once. */
export function atOnce<Result>(work: Pieces<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** The later of two watermarks; null: none yet. */
export function later(oneMs: number | null, otherMs: number | null): number | null {
  return oneMs === null || otherMs === null ? (oneMs ?? otherMs) : Math.max(oneMs, otherMs);
}

/** What a batch says about time: the last frame of a single-input batch decides. */
export function lastHead(frames: readonly InputFrame[]): FrameHead {
  return frames.at(-1)!.head;
}
