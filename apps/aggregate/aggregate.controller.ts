/** Frames of enriched events become results of windows. */
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { OnFrames } from '#runtime/service/frame-strategy';
import { type RequestOf, type ResultOf, Steps } from '#runtime/steps/steps';
import { merge } from '#stages/kinds/merge';
import { reduce } from '#stages/kinds/reduce';
import { window } from '#stages/kinds/window';
import type { LogTaskSpec } from '#stages/topology/topology';

@Controller()
export class AggregateController {
  readonly #reduce;
  readonly #merge;
  readonly #window;

  constructor(@Inject(Steps) steps: Steps) {
    this.#reduce = steps.of(reduce);
    this.#merge = steps.of(merge);
    this.#window = steps.of(window);
  }

  /** Reads `afl.<pipeline>.enriched.<source>.<partition>`, writes `afl.<pipeline>.partials.<window>.<partition>`. */
  @OnFrames(reduce)
  reduce(@Payload() request: RequestOf<typeof reduce>, @Ctx() task: LogTaskSpec): ResultOf<typeof reduce> {
    return this.#reduce(request, task);
  }

  /** Reads `afl.<pipeline>.partials.<window>.<partition>`, writes `afl.<pipeline>.results.<window>.0`. */
  @OnFrames(merge)
  merge(@Payload() request: RequestOf<typeof merge>, @Ctx() task: LogTaskSpec): ResultOf<typeof merge> {
    return this.#merge(request, task);
  }

  /** Reads `afl.<pipeline>.enriched.<source>.<partition>`, writes `afl.<pipeline>.results.<window>.<partition>`. */
  @OnFrames(window)
  window(@Payload() request: RequestOf<typeof window>, @Ctx() task: LogTaskSpec): ResultOf<typeof window> {
    return this.#window(request, task);
  }
}
