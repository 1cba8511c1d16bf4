/** Validate: contract, event ids, lateness, the watermark. Raw events become accepted, rejected and late ones. */
import { reasonCodes } from '#contract/values/reason';
import { columnOf } from '#pipeline/model/field-path';
import { lateness } from '#pipeline/model/window-facts';
import { defineStage } from '../define/define-stage.js';
import { perPartition } from '../define/per.js';
import { messageRoles } from '../raw/event-identity.js';
import { rawEventRows } from '../rows/event-rows.js';
import { rejectedPieces } from '../rows/refuse-rows.js';
import { validateStep } from '../steps/validate-step.js';

export const validate = defineStage({
  kind: 'validate',
  service: 'validate',
  per: perPartition,
  takes: 'frame',
  reads: 'raw',
  writes: 'valid',
  holds: 'accepted, rejected, late',
  keepsState: true,
  section: 'raw',
  refuses: { rows: rawEventRows, by: () => 'validate', as: rejectedPieces, reasons: reasonCodes },
  traces: {
    takes: ['ok'],
    missing: 'duplicate',
    tells: ({ sources }, origin) => ({ timeColumn: columnOf(sources[origin]!.eventTime.field) }),
  },
  step: ({ compiled: { pipeline, contracts } }, { origin }) => {
    const source = pipeline.sources[origin]!;
    const { eventTime, dedup } = source;
    return validateStep({
      contract: contracts[origin]!,
      message: source,
      ...messageRoles(source),
      outOfOrdernessMs: eventTime.outOfOrdernessMs,
      aheadMsMax: eventTime.aheadMsMax,
      latenessMs: lateness(pipeline, origin),
      horizonMs: dedup.horizonMs,
    });
  },
});
