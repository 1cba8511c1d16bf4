/** Waits until the silver tables hold every expected row, and tells when the last commit landed. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 20;

/** @param expected rows by table name @returns when the log entry with the last row was written, epoch ms */
export async function lastSilverCommit(
  lake: string,
  expected: ReadonlyMap<string, number>,
  timeoutMs: number,
): Promise<number> {
  const deadline = performance.now() + timeoutMs;
  const watches = [...expected].map(([table, rows]) => ({
    folder: join(lake, table, '_delta_log'),
    rows,
    seen: 0,
    next: 0,
    lastMs: 0,
  }));
  while (watches.some((watch) => watch.seen < watch.rows)) {
    if (performance.now() > deadline)
      throw new Error(
        `silver holds ${watches.map((w) => `${w.seen} of ${w.rows}`).join(', ')} rows after ${timeoutMs / 1000} s`,
      );
    for (const watch of watches) read(watch);
    await sleep(pollMs);
  }
  return Math.max(...watches.map((watch) => watch.lastMs));
}

function read(watch: { folder: string; seen: number; next: number; lastMs: number }): void {
  let names: string[];
  try {
    names = readdirSync(watch.folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch {
    return;
  }
  for (const name of names.slice(watch.next)) {
    const file = join(watch.folder, name);
    const rows = rowsAdded(readFileSync(file, 'utf8'));
    watch.seen += rows;
    watch.next += 1;
    if (rows > 0) watch.lastMs = statSync(file).mtimeMs;
  }
}

function rowsAdded(entry: string): number {
  let rows = 0;
  for (const line of entry.split('\n')) {
    if (!line.startsWith('{"add"')) continue;
    const { add } = JSON.parse(line) as { add: { stats: string } };
    rows += (JSON.parse(add.stats) as { numRecords: number }).numRecords;
  }
  return rows;
}
