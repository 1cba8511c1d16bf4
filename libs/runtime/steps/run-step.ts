/** Calls a step: on a batch, without the rows that are refused, or on a few rows to see whether it can. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { messagesByRow, type RefusedRows } from '#frame/refused';
import {
  everyRow,
  type InputFrame,
  type StageState,
  type StepLimits,
  type StepRequest,
  type StepResult,
} from '#frame/step';
import { onlyRows, refuserOf, setApart, type Whys, workRows } from '#stages/define/refuse-frame';
import { whyOf } from '#stages/rows/refuse-rows';
import type { LogTaskSpec } from '#stages/topology/topology';
import type { Outcome, RowRange } from '../care/narrowing.js';
import { reasonOf } from '../ground/safe-error.js';
import { nameFrames } from '../logs/frame-batch.js';
import type { StepCall } from './step-call.js';
import { StepError } from './step-failures.js';

type Request = StepRequest<StageState | undefined>;
type Result = StepResult<StageState | undefined>;

/**
 * @param refused rows of the one frame that are refused: the same rows and messages give the same output
 * @throws StepError
 */
export async function runStep(
  step: StepCall,
  task: LogTaskSpec,
  request: Request,
  refused: readonly RefusedRows[] = [],
): Promise<Result> {
  try {
    if (refused.length === 0) return await toEnd(step, request);
    const { rest, join } = setApart(
      task,
      request,
      request.frames.map((frame) => whysOf(task, frame, refused)),
    );
    return join(await toEnd(step, rest));
  } catch (thrown) {
    throw new StepError(nameFrames(task.inputs, request.frames), thrown);
  }
}

/** Whether the step can work on these rows of a frame alone, on no state. What it gives is thrown away. */
export async function tryRows(
  step: StepCall,
  task: LogTaskSpec,
  frame: InputFrame,
  { from, to }: RowRange,
  limits: StepLimits,
): Promise<Outcome> {
  try {
    await toEnd(step, { frames: [onlyRows(task, frame, (row) => row >= from && row < to)], state: undefined, limits });
    return { kind: 'passed' };
  } catch (thrown) {
    // What is said of several rows quotes whichever of them: it stands beside each, so it may not.
    const others = to - from - 1;
    return {
      kind: 'failed',
      said:
        others === 0
          ? new StepError('', thrown).said
          : `fails only together with ${others} rows beside it: ${reasonOf(thrown)}`,
    };
  }
}

/** A step that has had enough for once is called again for the rest; heartbeats go out in between. */
async function toEnd(step: StepCall, request: Request): Promise<Result> {
  // Nothing is left to put out.
  if (request.limits.rowsDone === everyRow) return step(request);
  let result = await step(request);
  for (let done = rowsDone(result); done < result.rowsAll; done = rowsDone(result)) {
    await nextTurn();
    const more = await step({ ...request, state: result.state, limits: { ...request.limits, rowsDone: done } });
    if (rowsDone(more) <= done) throw new RangeError(`the step stands still behind ${done} of ${result.rowsAll} rows`);
    result = {
      ...more,
      output: [...result.output, ...more.output],
      quarantined: sum(result.quarantined, more.quarantined),
    };
  }
  return result;
}

function rowsDone({ output }: Result): number {
  return output.at(-1)!.rowsDone;
}

function sum(some: Result['quarantined'] = {}, more: Result['quarantined'] = {}): Record<string, number> {
  const counts = { ...some };
  for (const [reason, rows] of Object.entries(more)) counts[reason] = (counts[reason] ?? 0) + rows;
  return counts;
}

function whysOf(task: LogTaskSpec, frame: InputFrame, refused: readonly RefusedRows[]): Whys {
  const by = refuserOf(task);
  return messagesByRow(refused, workRows(task, frame)).map((message) =>
    message === undefined ? undefined : whyOf(by, 'step_failed', message),
  );
}
