/** Merge: the partial results of all partitions become results. Its input holds sums, so it can neither refuse nor trace single events. */
import { defineStage } from '../define/define-stage.js';
import { countByGeneration } from '../define/generations.js';
import { perWideWindow } from '../define/per.js';
import { optionsOf } from '../define/window-stages.js';
import { mergeStep } from '../steps/window-steps.js';

export const merge = defineStage({
  kind: 'merge',
  service: 'aggregate',
  per: perWideWindow,
  takes: 'frame',
  reads: 'partials',
  writes: 'results',
  holds: 'window results, NDJSON',
  keepsState: true,
  section: 'partials',
  step: (parts, task) =>
    mergeStep(parts.compiled.windows[task.origin]!, countByGeneration(task.inputs), optionsOf(parts, task)),
});
