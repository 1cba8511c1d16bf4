/** Enrich: polars SQL over the accepted events and the reference tables. What validate refused passes through, so quarantine and silver read one log. */
import { defineStage } from '../define/define-stage.js';
import { perPartition } from '../define/per.js';
import { okEventRows } from '../rows/event-rows.js';
import { laterReasons, rejectedPieces } from '../rows/refuse-rows.js';
import { enrichStep } from '../steps/enrich-step.js';
import { validColumns } from '../steps/validate-pass.js';
import { demandsOnEnriched } from '../tables/compile-pipeline.js';

export const enrich = defineStage({
  kind: 'enrich',
  service: 'enrich',
  per: perPartition,
  takes: 'frame',
  reads: 'valid',
  writes: 'enriched',
  holds: 'the same after the SQL',
  keepsState: false,
  section: 'ok',
  refuses: { rows: okEventRows, by: () => 'enrich', as: rejectedPieces, reasons: laterReasons },
  traces: { takes: ['ok', 'rejected', 'late'], missing: 'filtered', tells: () => ({}) },
  step: ({ compiled, references }, { origin }) =>
    enrichStep(
      compiled.pipeline.enrich[origin]?.sql,
      references,
      demandsOnEnriched(compiled, origin),
      validColumns(compiled.contracts[origin]!, compiled.pipeline.sources[origin]!),
    ),
});
