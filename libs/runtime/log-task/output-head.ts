/** The heads of the frames that a task between two logs appends. */
import type { FrameHead, InputRange, StatePointer } from '#frame/head';
import type { Position } from '#frame/lineage';
import type { RefusedRows } from '#frame/refused';
import { type StageState, type StepResult, timeOf } from '#frame/step';
import { encodeTraces, type FrameTraces } from '#frame/traces';

/** What all output frames of one step share. */
export interface StepFacts {
  /** How far the inputs were taken, and the first sequence that the step took from each. */
  readonly positions: readonly Position[];
  readonly firsts: readonly number[];
  readonly result: StepResult<StageState | undefined>;
  /** Rows of the step that earlier frames hold. */
  readonly rowsBefore: number;
  /** Watermark of the frame before the step. */
  readonly watermarkMs: number | null;
  readonly logic: string;
  /** Rows of the input that were refused, if any. */
  readonly refused: readonly RefusedRows[];
}

/** What each frame of a step has of its own. */
export interface FrameFacts {
  /** Rows of the step in this frame and the ones before it. */
  readonly rowsDone: number;
  readonly state: StatePointer | undefined;
  readonly traces: FrameTraces | undefined;
}

type Head = Omit<FrameHead, 'prev' | 'sections'>;

export function outputHead(
  { positions, firsts, result, rowsBefore, watermarkMs, logic, refused }: StepFacts,
  { rowsDone, state, traces }: FrameFacts,
): Head {
  const complete = rowsDone === result.rowsAll;
  return {
    inputs: rangesOf(positions, firsts),
    ...(!complete || result.output.length > 1 || rowsBefore > 0
      ? { row: { done: rowsDone, all: result.rowsAll } }
      : {}),
    ...timeOf(result, rowsDone, watermarkMs),
    ...(complete && result.more && { more: true }),
    logic,
    ...(state && { state }),
    ...(complete && result.duplicates && { duplicates: result.duplicates }),
    ...(result.references !== undefined && { references: result.references }),
    ...(refused.length > 0 && { refused }),
    ...(traces && { traces: encodeTraces(traces) }),
  };
}

/** Covers nothing new: names a snapshot, begins a log, or closes it. @param was what the frame before said about time, and whether there is more to put out */
export function headBetweenSteps(
  positions: readonly Position[],
  state: StatePointer | undefined,
  was: Pick<FrameHead, 'watermarkMs' | 'idle' | 'more' | 'closed'>,
  logic: string,
): Head {
  return {
    inputs: rangesOf(
      positions,
      positions.map(({ seq }) => seq + 1),
    ),
    ...was,
    logic,
    ...(state && { state }),
  };
}

function rangesOf(positions: readonly Position[], firsts: readonly number[]): InputRange[] {
  return positions.map(({ stream, created, hash, seq }, i) => ({
    stream,
    created,
    hash,
    first: firsts[i]!,
    last: seq,
  }));
}
