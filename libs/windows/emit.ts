/** Publishes what changed and forgets what is over. */
import { asTimestamps, type DataFrame } from '#columns/frames';
import { runSql } from '#columns/sql';
import { factsOf, heldWindows, mergeInto, noPending, pendingDelta, withWindows } from './compact.js';
import { type Merged, splitWindows } from './merge.js';
import { sideOf, stackPending } from './pending.js';
import { planOf } from './plan.js';
import { rowsOf, type WindowState } from './state.js';
import type { WindowSpec } from './window-spec.js';

/**
 * `closeMs`: the watermark; windows that end at or before it are published (null: none).
 * `purgeMs`: published windows whose lateness ended at or before it are forgotten (null: none).
 * `flush`: publish open windows too; later revisions correct them.
 */
export interface EmitOptions {
  readonly closeMs: number | null;
  readonly purgeMs: number | null;
  readonly flush: boolean;
}

/** `results` is null when nothing was published. */
export interface Emission {
  readonly state: WindowState;
  readonly results: DataFrame | null;
}

/**
 * Publishes the rows that changed since they were last published, in windows that are closed (or in all, on flush):
 *
 *     window   |‹------ size ------›|‹---- lateness ----›|
 *     time    start               end              end + lateness
 *     closeMs                      ●‹ published, and again on every correction ›
 *     purgeMs                                            ●‹ forgotten, later events are counted in expiredEvents ›
 *
 * Rows are sorted by window, then key (nulls first): window_start, window_end (timestamps), the key, the measures, revision (int64).
 * Costs two comparisons when there is nothing to publish or to forget.
 */
export function emit(state: WindowState, { closeMs, purgeMs, flush }: EmitOptions): Emission {
  const { sizeMs, latenessMs } = state.spec;
  const closedStartMs = flush ? Infinity : (closeMs ?? -Infinity) - sizeMs;
  const due = Number.isFinite(state.dirtyMinMs) && state.dirtyMinMs <= closedStartMs;
  const published = due ? publish(state, closedStartMs) : { state, results: null };
  // What is not published yet is not closed, so a purge up to the closed windows never drops a change.
  const purgedStartMs = Math.min((purgeMs ?? -Infinity) - sizeMs - latenessMs, closedStartMs);
  return { state: purge(published.state, purgedStartMs), results: published.results };
}

function publish(state: WindowState, closedStartMs: number): Emission {
  const { rest, merged } = mergeDue(state, closedStartMs);
  const { spec } = state;
  const settled = { table: runSql(planOf(spec).settle, { due: merged.table }), distinct: merged.distinct };
  return { state: withWindows(rest, splitWindows(settled, false)), results: resultsOf(spec, merged) };
}

/** The windows that have something to publish, with all their pending rows; and the state without these pending rows. */
function mergeDue(state: WindowState, closedStartMs: number): { rest: WindowState; merged: Merged } {
  const dirty = [...state.windows].flatMap(([startMs, window]) => (window.dirty && startMs <= closedStartMs ? [startMs] : []));
  if (!state.pending.some(({ startMinMs }) => startMinMs <= closedStartMs)) return { rest: state, merged: heldOrFail(state, dirty) };
  const fresh = stackPending(state);
  if (state.pending.every(({ startMaxMs }) => startMaxMs <= closedStartMs)) {
    return { rest: { ...state, ...noPending }, merged: mergeInto(state, fresh, dirty) };
  }
  const later = sideOf(fresh, '>', closedStartMs);
  const rest = { ...state, pending: [pendingDelta(state, later)], pendingDeltas: 1, pendingRows: rowsOf(later.table, later.distinct) };
  return { rest, merged: mergeInto(state, sideOf(fresh, '<=', closedStartMs), dirty) };
}

function heldOrFail(state: WindowState, starts: readonly number[]): Merged {
  const held = heldWindows(state, new Set(starts));
  if (held === null) throw new Error(`Window ${state.spec.name} has changes to publish but holds no window that changed`);
  return held;
}

function resultsOf(spec: WindowSpec, { table, distinct }: Merged): DataFrame {
  const values = Object.fromEntries(distinct.map((frame, at) => [`distinct${at}`, frame]));
  return asTimestamps(runSql(planOf(spec).results, { due: table, ...values }), ['window_start', 'window_end']);
}

function purge(state: WindowState, purgedStartMs: number): WindowState {
  if (purgedStartMs <= state.purgedStartMs) return state;
  if (state.windowMinMs > purgedStartMs) return { ...state, purgedStartMs };
  const windows = new Map([...state.windows].filter(([startMs]) => startMs > purgedStartMs));
  return { ...state, windows, purgedStartMs, ...factsOf(windows, state.pending) };
}
