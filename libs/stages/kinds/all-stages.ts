/** The stages in the order of an event's way: what is not in this list does not exist. */
import { type AnyStage, anyStage, type Service, type StageFacts } from '../define/define-stage.js';
import { enrich } from './enrich.js';
import { ingest } from './ingest.js';
import { lake } from './lake.js';
import { merge } from './merge.js';
import { reduce } from './reduce.js';
import { validate } from './validate.js';
import { window } from './window.js';

/** Those between two logs. */
export const logStages: readonly AnyStage[] = [
  anyStage(validate),
  anyStage(enrich),
  anyStage(reduce),
  anyStage(window),
  anyStage(merge),
];

export const allStages: readonly StageFacts[] = [ingest, ...logStages, lake];

/** In the order of an event's way. */
export const services: readonly Service[] = [...new Set(allStages.map(({ service }) => service))];
