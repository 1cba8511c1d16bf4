/** Frames of enriched events become results of windows. */
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { StepRequest } from '#frame/step';
import { OnFrames } from '#runtime/frame-strategy';
import { perTask } from '#runtime/per-task';
import { PipelineSource } from '#runtime/pipeline-source';
import { mergeStep, reduceStep, windowStep } from '#stages/window-steps';
import type { LogTaskSpec } from '#stages/topology';

@Controller()
export class AggregateController {
  constructor(@Inject(PipelineSource) private readonly source: PipelineSource) {}

  readonly #reduceOf = perTask(({ of }) => reduceStep(this.source.compiled.windows[of]!));
  readonly #mergeOf = perTask(({ of, inputs }) => mergeStep(this.source.compiled.windows[of]!, inputs.length));
  readonly #windowOf = perTask(({ of }) => windowStep(this.source.compiled.windows[of]!));

  @OnFrames('reduce')
  reduce(@Payload() request: StepRequest<undefined>, @Ctx() task: LogTaskSpec): unknown {
    return this.#reduceOf(task)(request);
  }

  @OnFrames('merge')
  merge(@Payload() request: StepRequest<never>, @Ctx() task: LogTaskSpec): unknown {
    return this.#mergeOf(task)(request);
  }

  @OnFrames('window')
  window(@Payload() request: StepRequest<never>, @Ctx() task: LogTaskSpec): unknown {
    return this.#windowOf(task)(request);
  }
}
