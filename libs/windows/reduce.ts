/** Reduces a batch of events to a delta. */
import { type DataFrame, describe } from '#columns/frames';
import { runSql } from '#columns/sql';
import { type Delta, deltaOf } from './delta.js';
import { planOf, reductionOf } from './plan.js';
import type { WindowSpec } from './window-spec.js';

/**
 * One row per (window, key) of the events.
 *
 * Integer sums are int64 and wrap beyond it; decimal sums are decimal(38, scale) and throw SqlError beyond it. Float sums depend on the
 * order of addition: another split into batches may change their last bits. Events without a time are not counted.
 */
export function reduce(events: DataFrame, spec: WindowSpec): Delta {
  const { accumulate, distinct } = reductionOf(spec, describe(events, planOf(spec).inputs));
  const tables = { events };
  return deltaOf(
    runSql(accumulate, tables),
    new Map(distinct.map(({ measure, query }) => [measure, runSql(query, tables)] as const)),
  );
}
