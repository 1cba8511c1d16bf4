/** The steps of all tasks: those that the services call, and poisoned ones among them. */
import type { StageState } from '#frame/step';
import type { StepCall } from '#runtime/steps/step-call';
import { type FrameHandler, Steps } from '#runtime/steps/steps';
import type { AnyStage } from '#stages/define/define-stage';
import { logStages } from '#stages/kinds/all-stages';
import type { LogTaskSpec } from '#stages/topology/topology';
import type { SimulatedPipeline } from '../pipelines.js';
import { poisoned } from './poison.js';

/** So few rows are published at once that windows come out in pieces. */
const emitRowsMax = 2;

type Handlers = ReadonlyMap<AnyStage, FrameHandler<StageState | undefined>>;

const made = new WeakMap<SimulatedPipeline, Handlers>();

export function stepOf(pipeline: SimulatedPipeline, task: LogTaskSpec): StepCall {
  const handlers = made.get(pipeline) ?? handlersOf(pipeline);
  made.set(pipeline, handlers);
  const handler = handlers.get(task.stage)!;
  return poisoned(task, (request) => handler(request, task));
}

function handlersOf({ compiled }: SimulatedPipeline): Handlers {
  const steps = new Steps({ compiled, emitRowsMax, references: () => ({ tables: {}, versions: '' }) });
  return new Map(logStages.map((stage) => [stage, steps.of(stage)]));
}
