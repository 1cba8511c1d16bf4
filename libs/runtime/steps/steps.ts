/** The steps of a service's stages, made from the pipeline: what controllers call, and so services, rehearsals and the simulation. */
import type { StageState, StepRequest, StepResult } from '#frame/step';
import type { Stage, StepParts } from '#stages/define/define-stage';
import type { LogTaskSpec } from '#stages/topology/topology';
import { perTask } from '../ground/per-task.js';
import { callStep } from './call-step.js';

/** What a handler of a stage's frames is. */
export type FrameHandler<State extends StageState | undefined> = (
  request: StepRequest<State>,
  task: LogTaskSpec,
) => Promise<StepResult<State>>;

/** Of a stage, as its handler takes and gives them. */
export type RequestOf<Of> = Of extends Stage<infer State> ? StepRequest<State> : never;
export type ResultOf<Of> = Of extends Stage<infer State> ? Promise<StepResult<State>> : never;

export class Steps {
  constructor(private readonly parts: StepParts) {}

  /** One step per task, made at its first call. */
  of<State extends StageState | undefined>(stage: Stage<State>): FrameHandler<State> {
    const stepOf = perTask((task) => stage.step(this.parts, task));
    return (request, task) => callStep(stepOf(task), request);
  }
}
