/** Keeps the number of pending deltas and rows bounded, at a cost that is shared by the batches that caused it. */
import { rowCount } from '#columns/frames';
import type { Delta } from './delta.js';
import { type Merged, mergeRows, splitWindows, stackWindows, windowRows } from './merge.js';
import { type Fresh, stackPending } from './pending.js';
import { planOf } from './plan.js';
import { rowsOf, type WindowState, type WindowTable } from './state.js';

/** Pending rows that are always cheap enough to merge again. */
export const pendingRowsMin = 20_000;

/** Stacking costs 50 µs per frame: so many deltas are stacked at most at once. */
export const pendingDeltasMax = 256;

/** Merges the pending deltas into the windows once they outgrow them, and among each other once they are many. */
export function compactPending(state: WindowState): WindowState {
  if (state.pendingRows > Math.max(pendingRowsMin, state.rows)) return mergePending(state);
  if (state.pendingDeltas >= pendingDeltasMax) return stackDeltas(state);
  return state;
}

function mergePending(state: WindowState): WindowState {
  const merged = mergeInto(state, stackPending(state));
  return withWindows({ ...state, ...noPending }, splitWindows(merged, true));
}

/** Pending deltas become one, unmerged: merging them without their windows would add floats in another order. */
function stackDeltas(state: WindowState): WindowState {
  return { ...state, pending: [pendingDelta(state, stackPending(state))], pendingDeltas: 1 };
}

/** The windows that fresh rows belong to, with these rows. */
export function mergeInto(state: WindowState, fresh: Fresh, also: readonly number[] = []): Merged {
  const starts = new Set([...also, ...windowRows(fresh.table).map(({ startMs }) => startMs)]);
  return mergeRows(state.spec, heldWindows(state, starts), fresh);
}

/** The windows of these starts that the state holds, stacked in order of start. */
export function heldWindows(state: WindowState, starts: ReadonlySet<number>): Merged | null {
  const held = [...starts].sort((a, b) => a - b).flatMap((startMs) => state.windows.get(startMs) ?? []);
  return held.length === 0 ? null : stackWindows(held);
}

/** The state with these windows put in, and its facts counted again. */
export function withWindows(state: WindowState, changed: ReadonlyMap<number, WindowTable>): WindowState {
  const windows = new Map([...state.windows, ...changed]);
  return { ...state, windows, ...factsOf(windows, state.pending) };
}

/** The facts that spare an emission from looking into tables. */
export function factsOf(windows: ReadonlyMap<number, WindowTable>, pending: readonly Delta[]) {
  let rows = 0;
  let windowMinMs = Infinity;
  let dirtyMinMs = Math.min(Infinity, ...pending.map(({ startMinMs }) => startMinMs));
  for (const [startMs, { table, distinct, dirty }] of windows) {
    rows += rowsOf(table, distinct);
    windowMinMs = Math.min(windowMinMs, startMs);
    if (dirty) dirtyMinMs = Math.min(dirtyMinMs, startMs);
  }
  return { rows, windowMinMs, dirtyMinMs };
}

export const noPending = { pending: [], pendingDeltas: 0, pendingRows: 0 } as const;

/** Stacked rows as one pending delta; they are not sorted, so its bounds are looked for. */
export function pendingDelta({ spec }: WindowState, fresh: Fresh): Delta {
  const starts = windowRows(fresh.table).map(({ startMs }) => startMs);
  return {
    rows: rowCount(fresh.table),
    startMinMs: starts[0] ?? Infinity,
    startMaxMs: starts.at(-1) ?? -Infinity,
    table: fresh.table,
    distinct: new Map(planOf(spec).distinct.flatMap((measure, at) => fresh.distinct.slice(at, at + 1).map((values) => [measure, values] as const))),
  };
}
