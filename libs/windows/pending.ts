/** The deltas that wait to be merged, stacked and split by window. */
import { concatFrames, type DataFrame } from '#columns/frames';
import { runSql } from '#columns/sql';
import type { Delta } from './delta.js';
import { planOf } from './plan.js';
import { splitQuery } from './queries.js';
import type { WindowState } from './state.js';

/** Rows of pending deltas in order of arrival; several rows may speak of one (window, key). */
export interface Fresh {
  readonly table: DataFrame;
  /** In spec order. */
  readonly distinct: readonly DataFrame[];
}

/** All pending rows of a state that has some. */
export function stackPending({ pending, spec }: WindowState): Fresh {
  return {
    table: concatFrames(pending.map(({ table }) => table)),
    distinct: planOf(spec).distinct.map((measure) => concatFrames(pending.map((delta) => distinctOf(delta, measure)))),
  };
}

/** The rows of windows that start at or before (`<=`) or after (`>`) a bound. */
export function sideOf(fresh: Fresh, side: '<=' | '>', startMs: number): Fresh {
  const query = splitQuery(side, startMs);
  return {
    table: runSql(query, { stacked: fresh.table }),
    distinct: fresh.distinct.map((values) => runSql(query, { stacked: values })),
  };
}

function distinctOf({ distinct }: Delta, measure: string): DataFrame {
  const values = distinct.get(measure);
  if (values === undefined) throw new Error(`A delta lacks its section delta.${measure}: it was made by another version of the pipeline`);
  return values;
}
