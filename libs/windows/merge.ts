/** Merges pending rows into the windows they belong to. */
import { concatFrames, type DataFrame, rowCount, slice } from '#columns/frames';
import { runSql } from '#columns/sql';
import type { Fresh } from './pending.js';
import { planOf } from './plan.js';
import { windowSizesQuery } from './queries.js';
import type { WindowTable } from './state.js';
import type { WindowSpec } from './window-spec.js';

/** Rows of several windows in one table, one row per (window, key), sorted. */
export interface Merged {
  readonly table: DataFrame;
  readonly distinct: readonly DataFrame[];
}

/** Part of a table that one window has. */
export interface WindowRows {
  readonly startMs: number;
  readonly at: number;
  readonly rows: number;
}

/** Stacks windows that are merged already; they come in order of start. */
export function stackWindows(windows: readonly WindowTable[]): Merged {
  const distinct = windows[0]?.distinct ?? [];
  return {
    table: concatFrames(windows.map(({ table }) => table)),
    distinct: distinct.map((_, measure) => concatFrames(windows.flatMap((window) => window.distinct[measure] ?? []))),
  };
}

/** One row per (window, key) from windows already held and from fresh rows, in this order. */
export function mergeRows(spec: WindowSpec, held: Merged | null, fresh: Fresh): Merged {
  const { mergeFresh, mergeKept, mergeDistinct } = planOf(spec);
  if (held === null) {
    return {
      table: runSql(mergeFresh, { fresh: fresh.table }),
      distinct: fresh.distinct.map((values) => runSql(mergeDistinct, { stacked: values })),
    };
  }
  return {
    table: runSql(mergeKept, { kept: held.table, fresh: fresh.table }),
    distinct: fresh.distinct.map((values, at) => runSql(mergeDistinct, { stacked: concatFrames([...held.distinct.slice(at, at + 1), values]) })),
  };
}

/** The windows of a merged table; they share its memory. */
export function splitWindows({ table, distinct }: Merged, dirty: boolean): Map<number, WindowTable> {
  const values = distinct.map((frame) => new Map(windowRows(frame).map((part) => [part.startMs, part])));
  return new Map(windowRows(table).map(({ startMs, at, rows }) => [startMs, {
    table: slice(table, at, rows),
    distinct: distinct.map((frame, measure) => {
      const part = values[measure]?.get(startMs);
      return slice(frame, part?.at ?? 0, part?.rows ?? 0);
    }),
    dirty,
  }]));
}

/** Where each window stands in a table sorted by window. */
export function windowRows(table: DataFrame): WindowRows[] {
  let at = 0;
  const sizes = rowCount(table) === 0 ? [] : runSql(windowSizesQuery, { stacked: table }).rows();
  return sizes.map(([startMs, rows]) => {
    const part = { startMs: Number(startMs), at, rows: Number(rows) };
    at += part.rows;
    return part;
  });
}
