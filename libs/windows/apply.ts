/** Adds a delta to the state of a window. */
import { compactPending } from './compact.js';
import type { Delta } from './delta.js';
import { withoutExpired } from './expired.js';
import { rowsOf, type WindowState } from './state.js';

/**
 * Adds a delta. It only joins the pending ones, so the cost of merging is shared by many batches.
 * Rows of windows that were purged are counted in `expiredEvents` and left out: their totals are no longer known.
 */
export function apply(state: WindowState, delta: Delta): WindowState {
  const { delta: kept, events } = withoutExpired(delta, state.purgedStartMs);
  const counted = { ...state, expiredEvents: state.expiredEvents + events };
  if (kept.rows === 0) return counted;
  return compactPending({
    ...counted,
    pending: [...state.pending, kept],
    pendingDeltas: state.pendingDeltas + 1,
    pendingRows: state.pendingRows + rowsOf(kept.table, kept.distinct.values()),
    dirtyMinMs: Math.min(state.dirtyMinMs, kept.startMinMs),
  });
}
