/** Reduce: the events of one partition become partial results, for windows over all partitions. It remembers nothing: merge does. */
import { defineStage } from '../define/define-stage.js';
import { perWideWindowPartition } from '../define/per.js';
import { careful, refusesEvents, traced } from '../define/window-stages.js';
import { rejectedPieces } from '../rows/refuse-rows.js';
import { reduceStep } from '../steps/window-steps.js';

export const reduce = defineStage({
  kind: 'reduce',
  service: 'aggregate',
  per: perWideWindowPartition,
  takes: 'frame',
  reads: 'enriched',
  writes: 'partials',
  holds: 'partial sums, for windows over all partitions',
  keepsState: false,
  section: 'ok',
  refuses: refusesEvents(rejectedPieces),
  traces: traced,
  step: (parts, task) => careful(parts, task, reduceStep(parts.compiled.windows[task.origin]!)),
});
