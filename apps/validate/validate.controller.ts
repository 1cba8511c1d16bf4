/** Frames of raw events become frames of valid, rejected and late ones. */
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { StepRequest } from '#frame/step';
import { lateness } from '#pipeline/window-facts';
import { OnFrames } from '#runtime/frame-strategy';
import { PipelineSource } from '#runtime/pipeline-source';
import { validateStep } from '#stages/validate-step';
import { perTask } from '#runtime/per-task';
import type { LogTaskSpec } from '#stages/topology';

@Controller()
export class ValidateController {
  constructor(@Inject(PipelineSource) private readonly source: PipelineSource) {}

  readonly #stepOf = perTask(({ of }) => {
    const { pipeline, contracts } = this.source.compiled;
    const { eventTime, dedup } = pipeline.sources[of]!;
    return validateStep({
      contract: contracts[of]!,
      outOfOrdernessMs: eventTime.outOfOrdernessMs,
      latenessMs: lateness(pipeline, of),
      horizonMs: dedup.horizonMs,
    });
  });

  @OnFrames('validate')
  validate(@Payload() request: StepRequest<never>, @Ctx() task: LogTaskSpec): unknown {
    return this.#stepOf(task)(request);
  }
}
