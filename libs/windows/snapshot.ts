/** The state of a window as bytes, in parts that stay equal while the windows in them do. */
import { contiguous } from '#columns/frames';
import { readParquet } from '#columns/read-parquet';
import { toParquet } from '#columns/to-parquet';
import { factsOf, heldWindows, pendingDelta } from './compact.js';
import { type Merged, splitWindows } from './merge.js';
import { stackPending } from './pending.js';
import { planOf } from './plan.js';
import { emptyState, rowsOf, type WindowState } from './state.js';
import type { WindowSpec } from './window-spec.js';

/** A window of so many rows or more has a part of its own. */
const partRowsMin = 4096;
/** Smaller windows share a part with their neighbours: those whose number (start / size) agrees after division by this. */
const partWindows = 16;

interface Header {
  readonly format: 1;
  readonly groups: readonly { readonly starts: readonly number[]; readonly dirty: readonly number[] }[];
  readonly pendingDeltas: number;
  readonly purgedStartMs: number | null;
  readonly expiredEvents: number;
}

/**
 * Parts: a JSON header; per group of windows a table and one table per distinct measure (Parquet); and the same for the
 * pending rows, if there are any. Equal states have equal parts.
 */
export function snapshot(state: WindowState): Uint8Array[] {
  const groups = windowGroups(state);
  const header: Header = {
    format: 1,
    groups: groups.map((starts) => ({ starts, dirty: starts.filter((startMs) => state.windows.get(startMs)?.dirty) })),
    pendingDeltas: state.pendingDeltas,
    purgedStartMs: Number.isFinite(state.purgedStartMs) ? state.purgedStartMs : null,
    expiredEvents: state.expiredEvents,
  };
  const held = groups.flatMap((starts) => heldWindows(state, new Set(starts)) ?? []);
  const tables = state.pendingDeltas > 0 ? [...held, stackPending(state)] : held;
  return [Buffer.from(JSON.stringify(header)), ...tables.flatMap(partsOf)];
}

/** The state that a snapshot was taken of; it goes on exactly as the first one would. Throws when the parts are no snapshot of this spec. */
export function restore(parts: readonly Uint8Array[], spec: WindowSpec): WindowState {
  const [header, ...bytes] = parts;
  const { groups, pendingDeltas, purgedStartMs, expiredEvents } = readHeader(header, spec);
  const size = 1 + planOf(spec).distinct.length;
  const count = groups.length + (pendingDeltas > 0 ? 1 : 0);
  if (bytes.length !== size * count) throw snapshotError(spec, `it has ${bytes.length} tables where ${size * count} belong`);
  const tables = Array.from({ length: count }, (_, at) => mergedOf(bytes.slice(at * size, (at + 1) * size)));
  const windows = new Map(groups.flatMap(({ dirty }, at) => tables.slice(at, at + 1).flatMap((table) => windowsOf(table, dirty))));
  const base = { ...emptyState(spec), windows, purgedStartMs: purgedStartMs ?? -Infinity, expiredEvents };
  const waiting = pendingDeltas > 0 ? tables.slice(-1) : [];
  const pending = waiting.map((fresh) => pendingDelta(base, fresh));
  const pendingRows = waiting.reduce((rows, { table, distinct }) => rows + rowsOf(table, distinct), 0);
  return { ...base, pending, pendingDeltas, pendingRows, ...factsOf(windows, pending) };
}

/** Starts of windows that share a part. The borders depend on the windows beside them alone, so a purge moves none. */
function windowGroups({ windows, spec }: WindowState): number[][] {
  const groups: number[][] = [];
  let before = { number: NaN, large: true };
  for (const startMs of [...windows.keys()].sort((a, b) => a - b)) {
    const window = windows.get(startMs);
    const large = window !== undefined && rowsOf(window.table, window.distinct) >= partRowsMin;
    const number = Math.floor(startMs / spec.sizeMs / partWindows);
    if (large || before.large || number !== before.number) groups.push([startMs]);
    else groups.at(-1)?.push(startMs);
    before = { number, large };
  }
  return groups;
}

function windowsOf(merged: Merged, dirty: readonly number[]) {
  return [...splitWindows(merged, false)].map(([startMs, window]) => [startMs, { ...window, dirty: dirty.includes(startMs) }] as const);
}

function partsOf({ table, distinct }: Merged): Uint8Array[] {
  // Not Arrow: it keeps garbage where a value is null, so equal rows would have different bytes.
  return [table, ...distinct].map((frame) => toParquet(contiguous(frame)));
}

function mergedOf(parts: readonly Uint8Array[]): Merged {
  const [table, ...distinct] = parts.map(readParquet);
  if (table === undefined) throw new Error('A snapshot lacks a table');
  return { table, distinct };
}

function readHeader(header: Uint8Array | undefined, spec: WindowSpec): Header {
  if (header === undefined) throw snapshotError(spec, 'it is empty');
  const parsed = JSON.parse(Buffer.from(header).toString('utf8')) as Header;
  if (parsed.format !== 1) throw snapshotError(spec, `its format is ${String(parsed.format)}, this version reads 1`);
  return parsed;
}

function snapshotError(spec: WindowSpec, reason: string): Error {
  return new Error(`The snapshot of window ${spec.name} cannot be restored: ${reason}. Replay the window from its first retained input instead`);
}
