/** Frames of valid events become frames of enriched ones. */
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { StepRequest } from '#frame/step';
import { OnFrames } from '#runtime/frame-strategy';
import { perTask } from '#runtime/per-task';
import { PipelineSource } from '#runtime/pipeline-source';
import { enrichStep } from '#stages/enrich-step';
import type { LogTaskSpec } from '#stages/topology';

@Controller()
export class EnrichController {
  constructor(@Inject(PipelineSource) private readonly source: PipelineSource) {}

  readonly #stepOf = perTask(({ of }) => enrichStep(this.source.compiled.pipeline.enrich[of]?.sql, this.source.references));

  @OnFrames('enrich')
  enrich(@Payload() request: StepRequest<undefined>, @Ctx() task: LogTaskSpec): unknown {
    return this.#stepOf(task)(request);
  }
}
