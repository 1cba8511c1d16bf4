/** Calls a step. Over frames that are refused, their rows come out as `rejected`, and the step sees what is left of them. */
import type { StageState, StepRequest, StepResult } from '#frame/step';
import { refusedPieces, rowsToRefuse, withoutRows } from '#stages/refuse-frame';
import type { LogTaskSpec } from '#stages/topology';
import { nameFrames } from './frame-batch.js';
import type { StepCall } from './log-task.js';
import { StepError } from './step-failures.js';

type Request = StepRequest<StageState | undefined>;
type Result = StepResult<StageState | undefined>;

/**
 * @param refused why the rows of the frames are refused, if they are: the same frames and message give the same output
 * @throws StepError
 */
export async function runStep(step: StepCall, task: LogTaskSpec, request: Request, refused: string | undefined): Promise<Result> {
  try {
    return refused === undefined ? await step(request) : await refuse(step, task, request, refused);
  } catch (thrown) {
    throw new StepError(nameFrames(task.inputs, request.frames), thrown);
  }
}

async function refuse(step: StepCall, task: LogTaskSpec, request: Request, message: string): Promise<Result> {
  const { frames, limits } = request;
  const rows = rowsToRefuse(task, frames);
  const pieces = refusedPieces(task, frames, message, limits);
  const rest = await step({ ...request, frames: withoutRows(task, frames), limits: { ...limits, rowsDone: Math.max(0, limits.rowsDone - rows) } });
  let { rowsDone } = limits;
  const refused = pieces.map((piece) => ({ sections: piece.sections, rowsDone: (rowsDone += piece.rows) }));
  const quarantined = { ...rest.quarantined, step_failed: (rest.quarantined?.['step_failed'] ?? 0) + rows };
  return { ...rest, quarantined, rowsAll: rows + rest.rowsAll, output: [...refused, ...rest.output.map((frame) => ({ ...frame, rowsDone: frame.rowsDone + rows }))] };
}
