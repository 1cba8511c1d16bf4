/** What the windows must say in the end about the rows in silver. */
import type { Row } from './lake-rows.js';

/** By `start key`: `total events`. */
export function windowOracle(silver: readonly Row[], key: 'user' | 'city', sizeMs: number): Map<string, string> {
  const sums = new Map<string, { total: number; events: number }>();
  for (const row of silver) {
    const startMs = Math.floor(timeMs(row['at']) / sizeMs) * sizeMs;
    const place = `${startMs} ${String(row[key])}`;
    const sum = sums.get(place) ?? { total: 0, events: 0 };
    sums.set(place, { total: sum.total + Number(row['n']), events: sum.events + 1 });
  }
  return new Map([...sums].map(([place, { total, events }]) => [place, `${total} ${events}`]));
}

/** Newest revision by place, and whether the revisions of a place are 1, 2, 3, … in the order of the table. */
export function newestResults(
  gold: readonly Row[],
  key: 'user' | 'city',
): { newest: Map<string, string>; disorder: string[] } {
  const newest = new Map<string, string>();
  const revisions = new Map<string, number>();
  const disorder: string[] = [];
  for (const row of gold) {
    const place = `${timeMs(row['window_start'])} ${String(row[key])}`;
    const [revision, before] = [Number(row['revision']), revisions.get(place) ?? 0];
    if (revision !== before + 1) disorder.push(`${place}: revision ${revision} behind ${before}`);
    revisions.set(place, revision);
    newest.set(place, `${Number(row['total'])} ${Number(row['events'])}`);
  }
  return { newest, disorder };
}

function timeMs(value: unknown): number {
  return value instanceof Date ? value.getTime() : Number(value);
}
