/** Frames as a Nest transport: a stage's handler is registered like any message handler and is called once per step. */
import { MessagePattern, Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { StepResult, StageState } from '#frame/step';
import type { LogTaskSpec } from '#stages/topology';
import type { StepCall } from './log-task.js';

const FRAMES = Symbol('afluente.frames');

/**
 * Marks the step of a stage: `(@Payload() request: StepRequest, @Ctx() task: LogTaskSpec) => StepResult`.
 * Interceptors run once per step. @param stage the kind of task it serves
 */
export function OnFrames(stage: LogTaskSpec['kind']): MethodDecorator {
  return MessagePattern(stage, FRAMES);
}

/** What the strategy starts once Nest has collected the handlers, and stops when the application closes. */
export interface TaskRunner {
  start(stepFor: (task: LogTaskSpec) => StepCall): Promise<void>;
  stop(): Promise<void>;
}

export class FrameStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = FRAMES;

  constructor(private readonly runner: TaskRunner) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    this.runner.start((task) => this.#stepFor(task)).then(() => callback(), callback);
  }

  async close(): Promise<void> {
    await this.runner.stop();
  }

  /** No events of its own: the tasks report through metrics and status. */
  on(): void {}

  unwrap<T>(): T {
    return this.runner as T;
  }

  #stepFor(task: LogTaskSpec): StepCall {
    const handler = this.getHandlerByPattern(task.kind);
    if (!handler) throw new Error(`no handler for "${task.kind}" frames: mark a method of a controller with @OnFrames('${task.kind}')`);
    return async (request) => {
      const answer = this.transformToObservable(await handler(request, task));
      return (await lastValueFrom(answer)) as StepResult<StageState | undefined>;
    };
  }
}
