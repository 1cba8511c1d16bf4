/** What a task knows about its windows, as a value; every function returns the next state. */
import { type DataFrame, rowCount } from '#columns/frames';
import type { Delta } from './delta.js';
import type { WindowSpec } from './window-spec.js';

/**
 * The merged rows of one window: keys, accumulators, `_revision`, `_dirty`; and the values of each distinct measure, in spec order.
 * `dirty` = some row has changed since it was published.
 */
export interface WindowTable {
  readonly table: DataFrame;
  readonly distinct: readonly DataFrame[];
  readonly dirty: boolean;
}

/**
 * `windows` by start (epoch ms). `pending` deltas are not merged yet, in order of arrival; `pendingDeltas` counts the
 * applied ones they came from, `pendingRows` and `rows` count rows of all tables.
 * `windowMinMs` is the earliest merged window and `dirtyMinMs` the earliest unpublished change, merged or pending
 * (Infinity when there is none): with them an emission that has nothing to do is two comparisons.
 * Windows that start at or before `purgedStartMs` are gone; `expiredEvents` counts the events that came after that.
 */
export interface WindowState {
  readonly spec: WindowSpec;
  readonly windows: ReadonlyMap<number, WindowTable>;
  readonly rows: number;
  readonly pending: readonly Delta[];
  readonly pendingDeltas: number;
  readonly pendingRows: number;
  readonly windowMinMs: number;
  readonly dirtyMinMs: number;
  readonly purgedStartMs: number;
  readonly expiredEvents: number;
}

export function emptyState(spec: WindowSpec): WindowState {
  return {
    spec, windows: new Map(), rows: 0, pending: [], pendingDeltas: 0, pendingRows: 0,
    windowMinMs: Infinity, dirtyMinMs: Infinity, purgedStartMs: -Infinity, expiredEvents: 0,
  };
}

/** Rows of a table and the distinct tables beside it. */
export function rowsOf(table: DataFrame, distinct: Iterable<DataFrame>): number {
  let rows = rowCount(table);
  for (const values of distinct) rows += rowCount(values);
  return rows;
}
