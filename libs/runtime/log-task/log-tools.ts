/** What a task between two logs keeps from one session to the next: what it has found out about its input, and what others may know of it. */
import type { Position } from '#frame/lineage';
import type { LogTaskSpec } from '#stages/topology/topology';
import type { TaskCare } from '../care/care.js';
import type { TaskMark } from '../care/work-marks.js';
import type { RuntimeContext } from '../cluster/context.js';
import { StepTraces } from '../logs/log-traces.js';
import { TaskMeter } from '../logs/task-meter.js';
import { Trimmer } from '../logs/trimmer.js';
import { FrameTrials } from '../steps/frame-trials.js';
import type { StepCall } from '../steps/step-call.js';
import { StepFailures } from '../steps/step-failures.js';

export interface LogTools {
  readonly context: RuntimeContext;
  readonly spec: LogTaskSpec;
  readonly stateful: boolean;
  readonly step: StepCall;
  readonly trimmer: Trimmer;
  readonly failures: StepFailures;
  readonly trials: FrameTrials;
  readonly care: TaskCare | undefined;
  readonly mark: TaskMark | undefined;
  readonly meter: TaskMeter;
  /** Undefined when nothing is traced. */
  readonly traces: StepTraces | undefined;
  /** As far as the output is stored, by whatever session. */
  stored: StoredFacts | undefined;
}

export interface StoredFacts {
  readonly positions: readonly Position[];
  readonly watermarkMs: number | null;
  readonly idle: boolean;
  /** What will never be read again. */
  readonly safe: readonly Position[];
}

export function makeLogTools(context: RuntimeContext, spec: LogTaskSpec, stateful: boolean, step: StepCall): LogTools {
  const failures = new StepFailures();
  const care = context.care?.of(spec.name);
  return {
    context,
    spec,
    stateful,
    step,
    trimmer: new Trimmer(context, spec.output),
    failures,
    trials: new FrameTrials(spec, step, failures, care),
    care,
    mark: context.marks?.of(spec.name),
    meter: new TaskMeter(context, spec),
    traces: StepTraces.of(context.tracing, spec, context.topology),
    stored: undefined,
  };
}
