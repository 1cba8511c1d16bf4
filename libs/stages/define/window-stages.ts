/** What the stages of windows have in common. */
import type { ColumnSpec } from '#columns/types/column-spec';
import type { StageState, Step } from '#frame/step';
import { okEventRows } from '../rows/event-rows.js';
import { laterReasons } from '../rows/refuse-rows.js';
import type { WindowStepOptions } from '../steps/window-steps.js';
import { demandsOnResults } from '../tables/compile-pipeline.js';
import type { Refusal, StageTask, StepParts, Traced } from './define-stage.js';
import { refuseMisfits, windowColumns } from './refuse-misfits.js';
import { refuseUnstorable } from './refuse-unstorable.js';

/** @param as how refused rows stand in the stage's log */
export function refusesEvents(as: Refusal['as']): Refusal {
  return { rows: okEventRows, by: (origin) => `window ${origin}`, as, reasons: laterReasons };
}

/** Rows vanish into windows: all that can be told is into which. */
export const traced: Traced = {
  takes: ['ok'],
  missing: 'filtered',
  tells: ({ windows }, origin) => ({ windowMs: windows[origin]!.sizeMs }),
};

export function optionsOf(parts: StepParts, task: StageTask): WindowStepOptions {
  const { emitRowsMax } = parts;
  return { columns: columnsOf(parts, task), ...(emitRowsMax !== undefined && { emitRowsMax }) };
}

/** The step of a window, which refuses events that another version of the pipeline made otherwise, and those that its table could not hold as a key. */
export function careful<State extends StageState | undefined>(
  parts: StepParts,
  task: StageTask,
  step: Step<State>,
): Step<State> {
  return refuseMisfits(
    task,
    refuseUnstorable(task, step, demandsOnResults(parts.compiled, task.origin)),
    columnsOf(parts, task),
  );
}

function columnsOf(
  { compiled: { windows, enriched, pipeline } }: StepParts,
  { origin }: StageTask,
): readonly ColumnSpec[] {
  return windowColumns(windows[origin]!, enriched[pipeline.windows[origin]!.from]!);
}
