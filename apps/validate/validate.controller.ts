/** Frames of raw events become frames of valid, rejected and late ones. */
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { OnFrames } from '#runtime/service/frame-strategy';
import { type RequestOf, type ResultOf, Steps } from '#runtime/steps/steps';
import { validate } from '#stages/kinds/validate';
import type { LogTaskSpec } from '#stages/topology/topology';

@Controller()
export class ValidateController {
  readonly #validate;

  constructor(@Inject(Steps) steps: Steps) {
    this.#validate = steps.of(validate);
  }

  /** Reads `afl.<pipeline>.raw.<source>.<partition>`, writes `afl.<pipeline>.valid.<source>.<partition>`. */
  @OnFrames(validate)
  validate(@Payload() request: RequestOf<typeof validate>, @Ctx() task: LogTaskSpec): ResultOf<typeof validate> {
    return this.#validate(request, task);
  }
}
