/** Window: the events of one partition become results, where the window's key holds the partition key. Results are NDJSON, and so is what it refuses. */
import { defineStage } from '../define/define-stage.js';
import { perLocalWindowPartition } from '../define/per.js';
import { careful, optionsOf, refusesEvents, traced } from '../define/window-stages.js';
import { rejectedLines } from '../rows/refuse-rows.js';
import { windowStep } from '../steps/window-steps.js';

export const window = defineStage({
  kind: 'window',
  service: 'aggregate',
  per: perLocalWindowPartition,
  takes: 'frame',
  reads: 'enriched',
  writes: 'results',
  holds: 'window results, NDJSON',
  keepsState: true,
  section: 'ok',
  refuses: refusesEvents(rejectedLines),
  traces: traced,
  step: (parts, task) => careful(parts, task, windowStep(parts.compiled.windows[task.origin]!, optionsOf(parts, task))),
});
