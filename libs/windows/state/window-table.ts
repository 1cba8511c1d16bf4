/** The rows of one window: keys with their cells, and the different values of each distinct measure. */
import type { AnyColumn } from '#columns/read/column-view';
import { sameCells } from '../cells/cells.js';
import { IdCells } from '../cells/id-cells.js';
import { PagedCounts } from '../cells/paged-counts.js';
import type { CountCells } from '../cells/sum-cells.js';
import { ByteTable } from '../keys/byte-table.js';
import { KeyBytes } from '../keys/key-codec.js';
import type { HashSeed } from '../keys/keyed-hash.js';
import type { Shard } from '../keys/shard.js';
import { idBytes, ValuesOfId } from '../keys/values-of-id.js';
import { eventsCell, idCell, type Layout } from './layout.js';

/** Scratch memory: one key and one value at a time. */
const key = new KeyBytes();
const value = new KeyBytes();

/** Tables of a window as a snapshot restores them. */
export interface WindowParts {
  readonly keys: ByteTable;
  /** In order of the layout's distinct measures. */
  readonly values: readonly ByteTable[];
}

export class WindowTable {
  readonly keys: ByteTable;
  readonly values: readonly ByteTable[];
  /** Of each distinct measure, how many values the row of a number has. */
  readonly #counts: readonly PagedCounts[];
  #countsComplete = true;
  /** The same window in tasks of the generation before: rows go on from what these hold of their keys. */
  former: readonly WindowTable[] = [];
  readonly #ofId = new Map<number, ValuesOfId>();

  constructor(
    private readonly layout: Layout,
    seed: HashSeed,
    stored?: WindowParts,
  ) {
    this.keys = stored?.keys ?? new ByteTable(() => layout.cells(), seed);
    this.values = stored?.values ?? layout.distinct.map(() => new ByteTable(() => [], seed));
    this.#counts = layout.distinct.map(() => new PagedCounts());
    this.#countsComplete = stored === undefined;
  }

  /** Rows of all tables. */
  get rows(): number {
    return this.values.reduce((sum, { rows }) => sum + rows, this.keys.rows);
  }

  shards(): Shard[] {
    return [this.keys, ...this.values].flatMap((table) => table.shards());
  }

  get dirty(): boolean {
    return this.keys.shards().some(({ dirtyRows }) => dirtyRows > 0);
  }

  /** Takes an event. @param columns of the layout's inputs */
  fold(columns: readonly AnyColumn[], keyColumns: readonly AnyColumn[], at: number): void {
    const { layout, keys } = this;
    key.length = 0;
    layout.keyCodec.encode(keyColumns, at, key);
    const row = this.#numbered(keys.locate(key.bytes, 0, key.length));
    const { shard } = keys;
    if (keys.isNew && this.former.length > 0) this.#adopt(row, shard);
    const { cells } = shard;
    (cells[eventsCell] as CountCells).fold(row);
    for (const { input, cell } of layout.accumulators) {
      const column = columns[input]!;
      if (!column.isNull(at)) cells[cell]!.fold(row, column, at);
    }
    shard.mark(row);
    if (layout.distinct.length > 0) this.#foldValues(columns, at, (cells[idCell] as IdCells).values[row]!);
  }

  /** Takes all rows of another window of the same layout and seed. */
  merge(other: WindowTable): void {
    const ids = new Uint32Array(other.keys.rows);
    for (const shard of other.keys.shards()) for (let at = 0; at < shard.rows; at++) this.#mergeRow(shard, at, ids);
    for (const [measure, table] of other.values.entries())
      for (const shard of table.shards()) this.#mergeValues(measure, shard, ids);
  }

  /** Different values of a row. */
  valuesOf(measure: number, shard: Shard, row: number): number {
    if (!this.#countsComplete) this.#countValues();
    return this.#counts[measure]!.at(sameCells(shard.cells[idCell]!, IdCells).values[row]!);
  }

  #mergeRow(from: Shard, at: number, ids: Uint32Array): void {
    const row = this.#numbered(this.keys.locateHashed(from.hash(at), from.keys, from.keyStart(at), from.keyEnd(at)));
    const { shard } = this.keys;
    for (let i = 0; i < from.cells.length; i++) if (i !== idCell) shard.cells[i]!.merge(row, from.cells[i]!, at);
    ids[(from.cells[idCell] as IdCells).values[at]!] = (shard.cells[idCell] as IdCells).values[row]!;
    shard.mark(row);
  }

  #mergeValues(measure: number, from: Shard, ids: Uint32Array): void {
    for (let at = 0; at < from.rows; at++) {
      const start = from.keyStart(at);
      this.#addValue(measure, ids[from.keys.readUInt32BE(start)]!, from.keys, start + idBytes, from.keyEnd(at));
    }
  }

  /** Puts into a new row what another task has held of the key that was just located: at most one has, for its events went to one at a time. */
  #adopt(row: number, { cells }: Shard): void {
    for (const table of this.former) {
      const at = table.keys.find(key.bytes, 0, key.length);
      if (at < 0) continue;
      const from = table.keys.shard.cells;
      for (let i = 0; i < cells.length; i++) if (i !== idCell) cells[i]!.merge(row, from[i]!, at);
      const id = (cells[idCell] as IdCells).values[row]!;
      for (let measure = 0; measure < table.values.length; measure++) {
        table
          .#valuesOf(measure)
          .forEach((from[idCell] as IdCells).values[at]!, (bytes, start, end) =>
            this.#addValue(measure, id, bytes, start, end),
          );
      }
      return;
    }
  }

  #valuesOf(measure: number): ValuesOfId {
    const known = this.#ofId.get(measure) ?? new ValuesOfId(this.values[measure]!, this.keys.rows);
    this.#ofId.set(measure, known);
    return known;
  }

  /** The row that was just located; it gets a number when it is new. */
  #numbered(row: number): number {
    const { keys } = this;
    if (keys.isNew) (keys.shard.cells[idCell] as IdCells).values[row] = keys.rows - 1;
    return row;
  }

  #foldValues(columns: readonly AnyColumn[], at: number, id: number): void {
    for (const [measure, { input, codec }] of this.layout.distinct.entries()) {
      const column = columns[input]!;
      if (column.isNull(at)) continue;
      key.length = 0;
      codec.encode([column], at, key);
      this.#addValue(measure, id, key.bytes.subarray(0, key.length), 0, key.length);
    }
  }

  #addValue(measure: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    if (!this.#countsComplete) this.#countValues();
    const table = this.values[measure]!;
    value.length = 0;
    value.word(id);
    value.raw(bytes, start, end);
    const row = table.locate(value.bytes, 0, value.length);
    if (!table.isNew) return;
    table.shard.mark(row);
    this.#counts[measure]!.increment(id);
  }

  /** A snapshot holds the values, not how many they are. */
  #countValues(): void {
    this.#countsComplete = true;
    for (const [measure, table] of this.values.entries()) {
      for (const shard of table.shards()) {
        shard.load();
        for (let row = 0; row < shard.rows; row++)
          this.#counts[measure]!.increment(shard.keys.readUInt32BE(shard.keyStart(row)));
      }
    }
  }
}
