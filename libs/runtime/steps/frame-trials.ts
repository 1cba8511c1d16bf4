/** What a task between two logs finds out about frames before it works on them in earnest: which of their rows it must refuse. */
import type { RefusedRows } from '#frame/refused';
import type { InputFrame, StepLimits } from '#frame/step';
import { HaltError } from '#nats/ground/halt-error';
import { holdsEvents, workRows } from '#stages/define/refuse-frame';
import type { LogTaskSpec } from '#stages/topology/topology';
import type { TaskCare } from '../care/care.js';
import { RestartError } from '../ground/restart-error.js';
import { nameFrames } from '../logs/frame-batch.js';
import { tryRows } from './run-step.js';
import type { StepCall } from './step-call.js';
import type { StepFailures } from './step-failures.js';

export class FrameTrials {
  /** @param care undefined: nobody counts deaths */
  constructor(
    private readonly spec: LogTaskSpec,
    private readonly step: StepCall,
    private readonly failures: StepFailures,
    private readonly care: TaskCare | undefined,
  ) {}

  /**
   * @param singly the frames are one, because a batch with it has failed
   * @returns rows of that one that must be refused
   * @throws HaltError when the step fails without its rows, too; RestartError to come back with one frame after the other
   */
  async before(
    frames: readonly InputFrame[],
    singly: boolean,
    limits: StepLimits,
    stop: AbortSignal,
  ): Promise<readonly RefusedRows[]> {
    if (frames.length === 0) return [];
    const care = this.care?.isSuspect ? this.care : undefined;
    if (care && !(singly && holdsEvents(this.spec))) await this.#rehearse(care, frames, singly, limits);
    return singly ? this.#narrow(frames[0]!, limits, stop, care) : [];
  }

  async #rehearse(care: TaskCare, frames: readonly InputFrame[], singly: boolean, limits: StepLimits): Promise<void> {
    const rehearsal = { kind: 'batch', task: this.spec.name, frames, limits } as const;
    const outcome = await care.attempt(rehearsal);
    const names = nameFrames(this.spec.inputs, frames);
    if (outcome.kind === 'died' && !singly) {
      this.failures.takeSingly(frames);
      throw new RestartError(
        `${this.spec.name}: a process does not live through ${names}, which come one by one from now on`,
      );
    }
    if (outcome.kind !== 'died' || (await care.confirm(rehearsal)).kind !== 'died') return;
    throw new HaltError(
      `${this.spec.name}: a process does not live through ${names}, and what it reads are sums, not events that could be refused. Give the service more memory, or update it, then start it again.`,
    );
  }

  /** @returns rows of the frame that must be refused @throws HaltError when the step fails without its rows, too */
  async #narrow(
    frame: InputFrame,
    limits: StepLimits,
    stop: AbortSignal,
    care: TaskCare | undefined,
  ): Promise<readonly RefusedRows[]> {
    const { spec, step, failures } = this;
    const next = await failures.narrow(
      frame,
      workRows(spec, frame),
      (range) => (care ? care.tryRows(frame, range, limits) : tryRows(step, spec, frame, range, limits)),
      stop,
    );
    if (next.kind === 'frame') return next.refused;
    const why = holdsEvents(spec)
      ? 'even without its rows, so what the task holds cannot be worked on'
      : 'again and again, and what it reads are sums, not events that could be refused';
    throw new HaltError(`${spec.name}: ${next.told} ${why}`);
  }
}
