/** The steps of all tasks, as the controllers of the services choose them. */
import { stepCall, type StepCall } from '#runtime/log-task';
import { lateness } from '#pipeline/window-facts';
import { enrichStep } from '#stages/enrich-step';
import { validateStep } from '#stages/validate-step';
import { mergeStep, reduceStep, windowStep } from '#stages/window-steps';
import type { LogTaskSpec } from '#stages/topology';
import type { SimulatedPipeline } from './pipelines.js';

const made = new WeakMap<SimulatedPipeline, Map<string, StepCall>>();

/** One step per task, as in a service: it keeps its builders from call to call. */
export function stepOf(pipeline: SimulatedPipeline, task: LogTaskSpec): StepCall {
  const steps = made.get(pipeline) ?? new Map<string, StepCall>();
  made.set(pipeline, steps);
  const step = steps.get(task.name) ?? makeStep(pipeline, task);
  steps.set(task.name, step);
  return step;
}

function makeStep({ compiled }: SimulatedPipeline, { kind, of, inputs }: LogTaskSpec): StepCall {
  const { pipeline, contracts, windows } = compiled;
  switch (kind) {
    case 'validate': {
      const { eventTime, dedup } = pipeline.sources[of]!;
      return stepCall(validateStep({ contract: contracts[of]!, outOfOrdernessMs: eventTime.outOfOrdernessMs, latenessMs: lateness(pipeline, of), horizonMs: dedup.horizonMs }));
    }
    case 'enrich':
      return stepCall(enrichStep(pipeline.enrich[of]?.sql, () => ({ tables: {}, versions: '' })));
    case 'reduce':
      return stepCall(reduceStep(windows[of]!));
    case 'merge':
      return stepCall(mergeStep(windows[of]!, inputs.length));
    case 'window':
      return stepCall(windowStep(windows[of]!));
  }
}
