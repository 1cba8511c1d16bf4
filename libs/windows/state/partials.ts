/** Mergeable partial results of one batch of events, and their bytes. */
import type { DataFrame } from '#columns/polars/data-frames';
import type { ColumnType } from '#columns/types/column-spec';
import { Packer, Unpacker } from '../cells/packed-bytes.js';
import { ByteTable } from '../keys/byte-table.js';
import type { HashSeed } from '../keys/keyed-hash.js';
import type { WindowSpec } from '../spec/window-spec.js';
import { foldEvents } from './fold-events.js';
import { layoutOf } from './layout.js';
import { WindowState } from './state.js';
import { WindowTable } from './window-table.js';

/** The windows of a batch. */
export interface Partials {
  /** Of the columns that the window looks at. */
  readonly types: readonly ColumnType[];
  readonly windows: ReadonlyMap<number, WindowTable>;
}

/** What partials say of themselves in front of their rows: of each window its start, and the rows of each shard of each of its tables. */
interface Header {
  readonly format: 1;
  readonly types: readonly ColumnType[];
  readonly windows: readonly { readonly start: number; readonly tables: readonly (readonly number[])[] }[];
}

/** Bytes of partials, and of how many (window, key) they speak. */
export interface EncodedPartials {
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/** Reduces a batch of events to what each (window, key) got of it. */
export function reduce(events: DataFrame, spec: WindowSpec, seed: HashSeed): Partials {
  const state = new WindowState(spec, seed);
  foldEvents(state, events);
  return { types: state.layout!.types, windows: state.windows };
}

export function encodePartials({ types, windows }: Partials): EncodedPartials {
  const all = [...windows].sort(([a], [b]) => a - b);
  const tables = all.map(([start, table]) => ({
    start,
    tables: [table.keys, ...table.values].map((one) => one.shards()),
  }));
  const header: Header = {
    format: 1,
    types,
    windows: tables.map((one) => ({
      start: one.start,
      tables: one.tables.map((shards) => shards.map(({ rows }) => rows)),
    })),
  };
  const packer = new Packer();
  packer.block(Buffer.from(JSON.stringify(header)));
  for (const shard of tables.flatMap((one) => one.tables.flat()))
    shard.pack(
      Uint32Array.from({ length: shard.rows }, (_, row) => row),
      packer,
    );
  return { bytes: packer.packed(), rows: all.reduce((sum, [, { keys }]) => sum + keys.rows, 0) };
}

/** @param seed that of the state to which the partials will be added @throws Error when the bytes are not of this version, or of another window */
export function decodePartials(bytes: Uint8Array, spec: WindowSpec, seed: HashSeed): Partials {
  const unpacker = new Unpacker(bytes);
  const { format, types, windows } = JSON.parse(Buffer.from(unpacker.block()).toString()) as Header;
  if (format !== 1)
    throw new Error(`Partials of window ${spec.name} have format ${String(format)}, this version reads 1`);
  const layout = layoutOf(spec, types);
  const table = (shards: readonly number[], cells: ConstructorParameters<typeof ByteTable>[0]): ByteTable => {
    const made = new ByteTable(cells, seed);
    for (const rows of shards) made.unpack(rows, unpacker);
    return made;
  };
  return {
    types,
    windows: new Map(
      windows.map(({ start, tables: [keys = [], ...values] }) => {
        const parts = {
          keys: table(keys, () => layout.cells()),
          values: values.map((shards) => table(shards, () => [])),
        };
        return [start, new WindowTable(layout, seed, parts)];
      }),
    ),
  };
}
