/** Frames of valid events become frames of enriched ones. */
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { OnFrames } from '#runtime/service/frame-strategy';
import { type RequestOf, type ResultOf, Steps } from '#runtime/steps/steps';
import { enrich } from '#stages/kinds/enrich';
import type { LogTaskSpec } from '#stages/topology/topology';

@Controller()
export class EnrichController {
  readonly #enrich;

  constructor(@Inject(Steps) steps: Steps) {
    this.#enrich = steps.of(enrich);
  }

  /** Reads `afl.<pipeline>.valid.<source>.<partition>`, writes `afl.<pipeline>.enriched.<source>.<partition>`. */
  @OnFrames(enrich)
  enrich(@Payload() request: RequestOf<typeof enrich>, @Ctx() task: LogTaskSpec): ResultOf<typeof enrich> {
    return this.#enrich(request, task);
  }
}
