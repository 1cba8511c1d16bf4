/** How the runtime calls a stage: through Nest, hence the promise. */
import type { StageState, Step, StepRequest, StepResult } from '#frame/step';
import { callStep } from './call-step.js';

export type StepCall = (request: StepRequest<StageState | undefined>) => Promise<StepResult<StageState | undefined>>;

/** A pure step as the runtime calls it, for tests and stages that do not go through Nest. */
export function stepCall<State extends StageState | undefined>(step: Step<State>): StepCall {
  return async (request) => callStep(step, request as StepRequest<State>);
}
