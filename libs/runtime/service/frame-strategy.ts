/** Frames as a Nest transport: a stage's handler is registered like any message handler and is called once per step. */
import { Inject, Injectable } from '@nestjs/common';
import { type CustomTransportStrategy, type MessageHandler, MessagePattern, Server } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { StageState, StepResult } from '#frame/step';
import type { Stage } from '#stages/define/define-stage';
import type { FrameHandler } from '../steps/steps.js';
import { FrameHandlers } from './frame-handlers.js';
import { TASK_RUNNER } from './tokens.js';

const frames = Symbol('afluente.frames');

/** A decorator of methods that handle the frames of a stage: others do not compile. */
export type OfHandler<State extends StageState | undefined> = (
  target: object,
  name: string | symbol,
  method: TypedPropertyDescriptor<FrameHandler<State>>,
) => void;

/**
 * Marks the method that takes the frames which `stage` reads, and gives those that it writes:
 * `(@Payload() request: RequestOf<typeof stage>, @Ctx() task: LogTaskSpec) => ResultOf<typeof stage>`. Interceptors run once per step.
 */
export function OnFrames<State extends StageState | undefined>(stage: Stage<State>): OfHandler<State> {
  return MessagePattern(stage.kind, frames);
}

/** What the transport starts once Nest has found the handlers, and stops when the application closes. */
export interface TaskRunner {
  start(): Promise<void>;
  stop(): Promise<void>;
}

@Injectable()
export class FrameStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = frames;

  constructor(
    @Inject(TASK_RUNNER) private readonly runner: TaskRunner,
    @Inject(FrameHandlers) private readonly handlers: FrameHandlers,
  ) {
    super();
  }

  override addHandler(
    kind: string,
    handler: MessageHandler,
    ...more: [isEventHandler?: boolean, extras?: Record<string, unknown>]
  ): void {
    super.addHandler(kind, handler, ...more);
    this.handlers.add(
      kind,
      async (request, task) =>
        (await lastValueFrom(this.transformToObservable(await handler(request, task)))) as StepResult<
          StageState | undefined
        >,
    );
  }

  listen(callback: (error?: unknown) => void): void {
    this.runner.start().then(() => callback(), callback);
  }

  async close(): Promise<void> {
    await this.runner.stop();
  }

  /** No events of its own: the tasks report through metrics and status. */
  on(): void {}

  unwrap<T>(): T {
    return this.runner as T;
  }
}
