/** The handlers of frames that Nest has found, by stage: there when the transport listens, before any task steps. */
import { Injectable } from '@nestjs/common';
import type { LogTaskSpec } from '#stages/topology/topology';
import type { StepCall } from '../steps/step-call.js';

/** Calls the handler of a stage, through whatever interceptors, pipes and guards it has. */
export type HandlerCall = (request: Parameters<StepCall>[0], task: LogTaskSpec) => ReturnType<StepCall>;

@Injectable()
export class FrameHandlers {
  readonly #byKind = new Map<string, HandlerCall>();

  add(kind: string, call: HandlerCall): void {
    this.#byKind.set(kind, call);
  }

  /** @throws when no controller handles the frames of the task's stage */
  of(task: LogTaskSpec): StepCall {
    const { kind, service } = task.stage;
    const call = this.#byKind.get(kind);
    if (!call)
      throw new Error(
        `no handler for the frames of ${kind}: mark a method of a controller of ${service} with @OnFrames(${kind})`,
      );
    return (request) => call(request, task);
  }

  /** For tasks that are made before Nest has found the handlers: looks when the task steps for the first time. */
  stepFor(task: LogTaskSpec): StepCall {
    let step: StepCall | undefined;
    return (request) => {
      step ??= this.of(task);
      return step(request);
    };
  }
}
