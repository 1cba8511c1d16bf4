/** The queries of a window, written once per spec. */
import type { ColumnSpec } from '#columns/column-spec';
import { accumulators } from './accumulators.js';
import { mergeDistinctQuery, mergeQuery, reduceDistinctQuery, reduceQuery, resultsQuery, settleQuery } from './queries.js';
import { distinctMeasures, type WindowSpec } from './window-spec.js';

/** Queries over accumulators: they do not depend on column types. */
export interface Plan {
  readonly distinct: readonly string[];
  readonly inputs: readonly string[];
  readonly mergeFresh: string;
  readonly mergeKept: string;
  readonly mergeDistinct: string;
  readonly settle: string;
  readonly results: string;
  readonly reductions: Map<string, Reduction>;
}

/** Queries over events of certain column types. */
export interface Reduction {
  readonly accumulate: string;
  readonly distinct: readonly { readonly measure: string; readonly query: string }[];
}

const plans = new WeakMap<WindowSpec, Plan>();

export function planOf(spec: WindowSpec): Plan {
  const known = plans.get(spec);
  if (known !== undefined) return known;
  const plan = newPlan(spec);
  plans.set(spec, plan);
  return plan;
}

/** The reduction for events whose input columns have these types. */
export function reductionOf(spec: WindowSpec, types: readonly ColumnSpec[]): Reduction {
  const { reductions } = planOf(spec);
  const signature = types.map(({ type }) => type.kind).join();
  const known = reductions.get(signature);
  if (known !== undefined) return known;
  const reduction = {
    accumulate: reduceQuery(spec, types),
    distinct: distinctMeasures(spec).map(({ measure, column }) => ({ measure, query: reduceDistinctQuery(spec, types, column) })),
  };
  reductions.set(signature, reduction);
  return reduction;
}

function newPlan(spec: WindowSpec): Plan {
  const distinct = distinctMeasures(spec);
  const columns = [...spec.key, ...accumulators(spec).map(({ column }) => column), ...distinct.map(({ column }) => column)];
  return {
    distinct: distinct.map(({ measure }) => measure),
    inputs: [...new Set(columns)],
    mergeFresh: mergeQuery(spec, false),
    mergeKept: mergeQuery(spec, true),
    mergeDistinct: mergeDistinctQuery(spec),
    settle: settleQuery(spec),
    results: resultsQuery(spec),
    reductions: new Map(),
  };
}
