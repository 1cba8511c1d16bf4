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
  /** Rows of this step that earlier frames already hold (see RowProgress); 0 in the ordinary case. */
  readonly rowsDone: number;
}

/** What a stateful stage keeps between steps. */
export interface StageState {
  /** Deterministic bytes in parts; parts that did not change keep their identity and are stored once. */
  snapshot(): Uint8Array[];
}

export interface StepRequest<State extends StageState | undefined> {
  readonly frames: readonly InputFrame[];
  /** Owned by the step: it may be changed in place and must be given back. Undefined on the first step after a start. */
  readonly state: State | undefined;
  /** A snapshot to start from; only on the first step after a start, and only when there is one. */
  readonly saved?: readonly Uint8Array[];
  readonly limits: StepLimits;
}

export interface OutputFrame {
  readonly sections: readonly Section[];
  /** Rows of the step in this frame and the ones before it; the last frame of a step has done = all. */
  readonly rowsDone: number;
}

export interface StepResult<State extends StageState | undefined> {
  readonly state: State;
  /** At least one; several only when one would exceed `frameBytesMax`. */
  readonly output: readonly OutputFrame[];
  readonly rowsAll: number;
  readonly watermarkMs: number | null;
  readonly idle: boolean;
  readonly duplicates?: number;
  /** Rows that the step refused, by reason; for metrics only. */
  readonly quarantined?: Readonly<Record<string, number>>;
  readonly references?: string;
}

/**
 * What one output frame says about time. Only the last frame of a step may move the watermark: rows of the step still follow
 * the frames before it, and a reader that has closed their windows would have to drop them.
 * @param beforeMs watermark of the frame before the step
 */
export function timeOf(step: Pick<StepResult<StageState | undefined>, 'rowsAll' | 'watermarkMs' | 'idle'>, rowsDone: number, beforeMs: number | null): Pick<FrameHead, 'watermarkMs' | 'idle'> {
  return rowsDone < step.rowsAll ? { watermarkMs: beforeMs, idle: false } : { watermarkMs: step.watermarkMs, idle: step.idle };
}

/** A stage: a pure, synchronous function. */
export type Step<State extends StageState | undefined> = (request: StepRequest<State>) => StepResult<State>;


/** What a batch says about time: the last frame of a single-input batch decides. */
export function lastHead(frames: readonly InputFrame[]): FrameHead {
  return frames[frames.length - 1]!.head;
}
