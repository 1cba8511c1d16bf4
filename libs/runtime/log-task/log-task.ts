/** The task between two logs: a session takes frames, steps and appends; on any doubt the next one starts again by reading. */
import type { LogTaskSpec } from '#stages/topology/topology';
import type { RuntimeContext } from '../cluster/context.js';
import { SessionTask } from '../ground/session-task.js';
import type { Measures, TaskFacts } from '../ground/task-status.js';
import type { Waits } from '../ground/waits.js';
import { openOutput } from '../logs/open-log.js';
import type { StepCall } from '../steps/step-call.js';
import { type LogSession, restingSession } from './log-session.js';
import { type LogTools, makeLogTools } from './log-tools.js';
import { LogTurns } from './log-turns.js';
import { openWork } from './open-work.js';
import { positionsAfter } from './resume.js';

export class LogTask extends SessionTask<LogSession> {
  readonly name: string;
  readonly #tools: LogTools;

  /** @param stateful whether the stage keeps state between steps, so that recovery replays what the last snapshot does not hold */
  constructor(context: RuntimeContext, spec: LogTaskSpec, stateful: boolean, step: StepCall) {
    super();
    this.name = spec.name;
    this.#tools = makeLogTools(context, spec, stateful, step);
  }

  protected async open(stop: AbortSignal, waits: Waits): Promise<LogSession> {
    const tools = this.#tools;
    tools.meter.begin();
    const output = await openOutput(tools.context, tools.spec.output, tools.meter.appends(waits));
    if (output.last?.head.closed) {
      const positions = positionsAfter(output.last.head);
      tools.stored = { positions, watermarkMs: output.last.head.watermarkMs, idle: true, safe: positions };
      return restingSession(tools.trimmer);
    }
    return LogTurns.begin(tools, await openWork(tools, output, stop, waits), output, stop, waits);
  }

  status(): TaskFacts {
    const { stored } = this.#tools;
    return {
      task: this.name,
      inputs: (stored?.positions ?? []).map(({ stream, created, seq }, i) => ({
        stream,
        created,
        position: seq,
        safe: stored!.safe[i]?.seq ?? 0,
      })),
      watermarkMs: stored?.watermarkMs ?? null,
      idle: stored?.idle ?? false,
      waiting: this.session?.work?.inputs.waiting ?? 0,
    };
  }

  measure(): Measures {
    const { meter, trimmer } = this.#tools;
    const work = this.session?.work;
    const remembered = work?.state?.remembered;
    return { lag: meter.lagOf(work), streams: trimmer.fill, ...(remembered && { remembered }) };
  }
}
