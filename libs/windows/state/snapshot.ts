/** The state of windows as bytes, in parts that stay the same objects while the rows in them do not change. */
import type { ColumnType } from '#columns/types/column-spec';
import { ByteTable } from '../keys/byte-table.js';
import type { HashSeed } from '../keys/keyed-hash.js';
import type { Shard, ShardFacts } from '../keys/shard.js';
import type { WindowSpec } from '../spec/window-spec.js';
import { joinParts, splitParts } from './part-pack.js';
import { WindowState } from './state.js';
import { WindowTable } from './window-table.js';

/** The shards of a window with so many rows or more are parts of their own. */
const partRowsMin = 4096;
/** Smaller windows share a part with their neighbours: those whose number (start / size) agrees after division by this. */
const partWindows = 16;

type Facts = readonly [
  depth: number,
  prefix: number,
  rows: number,
  dirtyRows: number,
  parts: number,
  changedRows: number,
];

interface Header {
  readonly format: 2;
  readonly seed: HashSeed;
  /** Absent before the first event. */
  readonly types?: readonly ColumnType[];
  /** Windows that share a part, or one window with parts of its own; of each its start, and of each of its tables the shards. */
  readonly groups: readonly {
    readonly packed: boolean;
    readonly windows: readonly { readonly start: number; readonly tables: readonly (readonly Facts[])[] }[];
  }[];
  readonly purgedStartMs: number | null;
  readonly expiredEvents: number;
}

/** Packs of the last snapshot by the parts in them: what did not change is the same object again. */
const packs = new WeakMap<Uint8Array, { readonly parts: readonly Uint8Array[]; readonly pack: Uint8Array }>();

/** Parts, the last of which says what the others are. Each takes a few milliseconds; the state must not change before the last one. */
export function* snapshot(state: WindowState): Generator<Uint8Array> {
  const groups: Header['groups'][number][] = [];
  for (const { packed, starts } of windowGroups(state)) {
    const parts: Uint8Array[] = [];
    for (const start of starts) {
      for (const shard of state.windows.get(start)!.shards()) {
        const saved = shard.save();
        if (packed) parts.push(...saved);
        else yield* saved;
      }
    }
    if (packed && parts.length > 0) yield packOf(parts);
    groups.push({
      packed,
      windows: starts.map((start) => ({
        start,
        tables: tablesOf(state.windows.get(start)!).map((table) => table.shards().map(factsOf)),
      })),
    });
  }
  const header: Header = {
    format: 2,
    seed: state.seed,
    ...(state.layout && { types: state.layout.types }),
    groups,
    purgedStartMs: Number.isFinite(state.purgedStartMs) ? state.purgedStartMs : null,
    expiredEvents: state.expiredEvents,
  };
  yield Buffer.from(JSON.stringify(header));
}

/** The state that a snapshot was taken of; it goes on exactly as the first one would. Shards are decoded when they are needed. Throws when the parts are no snapshot of this spec. */
export function restore(saved: readonly Uint8Array[], spec: WindowSpec): WindowState {
  const { seed, types, groups, purgedStartMs, expiredEvents } = readHeader(saved.at(-1), spec);
  const state = new WindowState(spec, seed);
  state.purgedStartMs = purgedStartMs ?? -Infinity;
  state.expiredEvents = expiredEvents;
  if (types) state.setTypes(types);
  const parts = saved.slice(0, -1)[Symbol.iterator]();
  for (const { packed, windows } of groups) {
    const count = windows.flatMap(({ tables }) => tables.flat()).reduce((sum, facts) => sum + facts[4], 0);
    const source = packed && count > 0 ? splitParts(nextPart(parts, spec))[Symbol.iterator]() : parts;
    for (const { start, tables } of windows) state.put(start, tableOf(state, tables, source));
  }
  if (!parts.next().done) throw snapshotError(spec, 'it has more parts than it names');
  for (const [start, table] of state.windows) if (table.dirty) state.dirtyMinMs = Math.min(state.dirtyMinMs, start);
  return state;
}

function packOf(parts: readonly Uint8Array[]): Uint8Array {
  const known = packs.get(parts[0]!);
  if (known && known.parts.length === parts.length && known.parts.every((part, at) => part === parts[at]))
    return known.pack;
  const pack = joinParts(parts);
  packs.set(parts[0]!, { parts, pack });
  return pack;
}

function tablesOf({ keys, values }: WindowTable): ByteTable[] {
  return [keys, ...values];
}

function factsOf({ facts }: Shard): Facts {
  return [facts.depth, facts.prefix, facts.rows, facts.dirtyRows, facts.parts, facts.changedRows];
}

function tableOf(
  { layout, seed, spec }: WindowState,
  tables: readonly (readonly Facts[])[],
  parts: Iterator<Uint8Array>,
): WindowTable {
  const [keys, ...values] = tables.map((shards, at) => {
    const stored = shards.map(([depth, prefix, rows, dirtyRows, count, changedRows]) => {
      const facts: ShardFacts = { depth, prefix, rows, dirtyRows, parts: count, changedRows };
      return { facts, parts: Array.from({ length: count }, () => nextPart(parts, spec)) };
    });
    return ByteTable.stored(stored, () => (at === 0 ? layout!.cells() : []), seed);
  });
  return new WindowTable(layout!, seed, { keys: keys!, values });
}

function nextPart(parts: Iterator<Uint8Array>, spec: WindowSpec): Uint8Array {
  const { done, value } = parts.next();
  if (done === true) throw snapshotError(spec, 'it has fewer parts than it names');
  return value;
}

/** Which windows share a part. The borders depend on the windows beside them alone, so a purge moves none. */
function windowGroups({ windows, spec }: WindowState): { packed: boolean; starts: number[] }[] {
  const groups: { packed: boolean; starts: number[]; number: number }[] = [];
  for (const start of [...windows.keys()].sort((a, b) => a - b)) {
    const packed = windows.get(start)!.rows < partRowsMin;
    const number = Math.floor(start / spec.sizeMs / partWindows);
    const last = groups.at(-1);
    if (packed && last?.packed === true && last.number === number) last.starts.push(start);
    else groups.push({ packed, starts: [start], number });
  }
  return groups;
}

function readHeader(header: Uint8Array | undefined, spec: WindowSpec): Header {
  if (header === undefined) throw snapshotError(spec, 'it is empty');
  const parsed = headerOf(header);
  if (parsed?.format !== 2)
    throw snapshotError(spec, `its format is ${String(parsed?.format ?? 'not of this version')}, this version reads 2`);
  return parsed;
}

function headerOf(bytes: Uint8Array): Header | undefined {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as Header;
  } catch {
    return undefined;
  }
}

function snapshotError(spec: WindowSpec, reason: string): Error {
  return new Error(
    `The snapshot of window ${spec.name} cannot be restored: ${reason}. Replay the window from its first retained input instead`,
  );
}
