/** Separates what a delta says about windows that are still held from what came too late. */
import { runSql } from '#columns/sql';
import { type Delta, deltaOf } from './delta.js';
import { eventCountQuery, splitQuery } from './queries.js';

/** The delta without windows that start at or before `purgedStartMs`, and the number of events that were left out. */
export function withoutExpired(delta: Delta, purgedStartMs: number): { delta: Delta; events: number } {
  if (delta.startMinMs > purgedStartMs) return { delta, events: 0 };
  const expired = runSql(splitQuery('<=', purgedStartMs), { stacked: delta.table });
  const [events] = runSql(eventCountQuery, { stacked: expired }).row(0);
  const after = splitQuery('>', purgedStartMs);
  const distinct = [...delta.distinct].map(([measure, values]) => [measure, runSql(after, { stacked: values })] as const);
  return { delta: deltaOf(runSql(after, { stacked: delta.table }), new Map(distinct)), events: Number(events) };
}
