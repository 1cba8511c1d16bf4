/** Publishes what changed, a bounded piece at a time, and forgets what is over. */
import type { WindowState } from '../state/state.js';
import { type RefusedRow, rowWriter } from './result-row.js';

/**
 * `closeMs`: the watermark; windows that end at or before it are published (null: none).
 * `purgeMs`: published windows whose lateness ended at or before it are forgotten (null: none).
 * `flush`: publish open windows too; later revisions correct them.
 */
export interface EmitOptions {
  readonly closeMs: number | null;
  readonly purgeMs: number | null;
  readonly flush: boolean;
  /** Rows of one emission. Whoever emits again from the same state must say the same, or rows would be published twice or never. Default: `emitRowsMax`. */
  readonly rowsMax?: number;
}

/** So many rows take some 30 ms. */
export const emitRowsMax = 8192;
/** Rows may have keys of any length: about so many bytes, and one row more, are written at once. */
const emitBytesMax = 4 * 1024 * 1024;

export interface Emission {
  /** Lines of JSON with their newlines. */
  readonly lines: readonly string[];
  /** Those of them of which something does not fit. */
  readonly refused: readonly RefusedRow[];
  /** There is more to publish: emit again, before or after anything else. */
  readonly more: boolean;
}

const nothing: Emission = { lines: [], refused: [], more: false };

/**
 * Publishes rows that changed since they were last published, in windows that are closed (or in all, on flush):
 *
 *     window   |‹------ size ------›|‹---- lateness ----›|
 *     time    start               end              end + lateness
 *     closeMs                      ●‹ published, and again on every correction ›
 *     purgeMs                                            ●‹ forgotten, later events are counted in expiredEvents ›
 *
 * Windows come in order of time; within one its keys are in order (nulls first) as long as it is small, then within each of its shards.
 * Costs two comparisons when there is nothing to publish or to forget.
 */
export function emit(state: WindowState, { closeMs, purgeMs, flush, rowsMax = emitRowsMax }: EmitOptions): Emission {
  const { sizeMs, latenessMs } = state.spec;
  const closedStartMs = flush ? Infinity : (closeMs ?? -Infinity) - sizeMs;
  const emission =
    state.dirtyMinMs <= closedStartMs && state.windows.size > 0 ? publish(state, closedStartMs, rowsMax) : nothing;
  // What is not published yet is not closed, so a purge up to the closed windows never drops a change.
  if (!emission.more) purge(state, Math.min((purgeMs ?? -Infinity) - sizeMs - latenessMs, closedStartMs));
  return emission;
}

function publish(state: WindowState, closedStartMs: number, rowsMax: number): Emission {
  const room = { rows: rowsMax, bytes: emitBytesMax };
  const emission = { lines: [] as string[], refused: [] as RefusedRow[], more: false };
  const starts = [...state.windows.keys()].sort((a, b) => a - b).filter((startMs) => startMs >= state.dirtyMinMs);
  for (const [at, startMs] of starts.entries()) {
    if (startMs > closedStartMs || emission.more) break;
    publishWindow(state, startMs, room, emission);
    if (!emission.more) state.dirtyMinMs = starts[at + 1] ?? Infinity;
  }
  return emission;
}

function publishWindow(
  { layout, windows }: WindowState,
  startMs: number,
  room: { rows: number; bytes: number },
  emission: { lines: string[]; refused: RefusedRow[]; more: boolean },
): void {
  const table = windows.get(startMs)!;
  const writer = rowWriter(layout!, table, startMs);
  for (const shard of table.keys.shards()) {
    if (shard.dirtyRows === 0) continue;
    shard.load();
    for (const row of shard.dirtySorted()) {
      if (room.rows <= 0 || room.bytes <= 0) {
        emission.more = true;
        return;
      }
      const written = writer.write(shard, row);
      shard.settle(row);
      const line = typeof written === 'string' ? written : written.line;
      emission.lines.push(line);
      if (typeof written !== 'string') emission.refused.push(written);
      room.rows -= 1;
      room.bytes -= line.length;
    }
  }
}

function purge(state: WindowState, purgedStartMs: number): void {
  if (purgedStartMs <= state.purgedStartMs) return;
  state.purgedStartMs = purgedStartMs;
  state.purgeFormer();
  if (state.windowMinMs > purgedStartMs) return;
  state.windowMinMs = Infinity;
  for (const startMs of state.windows.keys()) {
    if (startMs <= purgedStartMs) state.windows.delete(startMs);
    else state.windowMinMs = Math.min(state.windowMinMs, startMs);
  }
}
