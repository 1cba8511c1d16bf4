/** A part of a table of byte strings: those whose hashes begin with the same bits, in order of arrival, with their cells. */
import { type Cells, grown } from '../cells/cells.js';
import { Packer, Unpacker } from '../cells/packed-bytes.js';
import { type HashSeed, keyedHash } from './keyed-hash.js';
import { KeyedRows } from './keyed-rows.js';

/** A shard with so many rows is split, or with fewer. Whatever is done to one shard at once takes some tens of milliseconds at most. */
export const shardRowsMax = 16_384;
/** Parts of a snapshot that hold changes of one shard: more of them would make its list long. */
const changePartsMax = 4;

const dirtyFlag = 1;
const touchedFlag = 2;

/** A shard as a snapshot describes it beside its parts. */
export interface ShardFacts {
  readonly depth: number;
  readonly prefix: number;
  readonly rows: number;
  readonly dirtyRows: number;
  /** Of its parts, the first with all rows and the others with changes. */
  readonly parts: number;
  readonly changedRows: number;
}

export class Shard extends KeyedRows {
  /** With so many rows it is split. Shards fill at one pace: were this the same for all, they would all split within one step. */
  readonly rowsMax: number;
  /** Rows that changed since they were published. */
  dirtyRows = 0;
  #flags = new Uint8Array(0);
  /** Rows that changed since the last snapshot. */
  #touchedRows = 0;
  /** As the last snapshot has it: all rows, then changes, oldest first. Kept, because what did not change is not stored again. */
  #parts: readonly Uint8Array[] = [];
  #changedRows = 0;
  #loaded = true;

  /** @param depth how many leading bits the hashes of its rows share @param prefix these bits */
  constructor(
    readonly depth: number,
    readonly prefix: number,
    readonly cells: readonly Cells[],
    private readonly seed: HashSeed,
  ) {
    super();
    this.rowsMax = Math.ceil(shardRowsMax * 2 ** -(prefix / 2 ** depth));
  }

  /** A shard of a snapshot: it is decoded when it is needed. */
  static stored(
    { depth, prefix, rows, dirtyRows, changedRows }: ShardFacts,
    parts: readonly Uint8Array[],
    cells: readonly Cells[],
    seed: HashSeed,
  ): Shard {
    const shard = new Shard(depth, prefix, cells, seed);
    [shard.rows, shard.dirtyRows, shard.#changedRows, shard.#parts, shard.#loaded] = [
      rows,
      dirtyRows,
      changedRows,
      parts,
      parts.length === 0,
    ];
    return shard;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** Decodes what a snapshot holds; to be called before anything but `save` and `facts`. */
  load(): void {
    if (this.#loaded) return;
    const { rows, dirtyRows } = this;
    [this.#loaded, this.rows, this.dirtyRows] = [true, 0, 0];
    for (const part of this.#parts) {
      const unpacker = new Unpacker(part);
      this.unpack(unpacker.number(), unpacker);
    }
    if (this.rows !== rows || this.dirtyRows !== dirtyRows)
      throw new Error(
        `A shard of a snapshot has ${this.rows} rows (${this.dirtyRows} changed) where it says ${rows} (${dirtyRows})`,
      );
    this.#forgetTouched();
  }

  /** Its parts of a snapshot; those that did not change since the last one are the same objects. */
  save(): readonly Uint8Array[] {
    if (this.#touchedRows === 0) return this.#parts;
    const afresh =
      this.#parts.length === 0 ||
      this.#parts.length > changePartsMax ||
      (this.#changedRows + this.#touchedRows) * 2 > this.rows;
    const rows = afresh ? Uint32Array.from({ length: this.rows }, (_, row) => row) : this.#withFlag(touchedFlag);
    const packer = new Packer();
    packer.number(rows.length);
    this.pack(rows, packer);
    this.#parts = afresh ? [packer.packed()] : [...this.#parts, packer.packed()];
    this.#changedRows = afresh ? 0 : this.#changedRows + rows.length;
    this.#forgetTouched();
    return this.#parts;
  }

  get facts(): ShardFacts {
    const { depth, prefix, rows, dirtyRows } = this;
    return { depth, prefix, rows, dirtyRows, parts: this.#parts.length, changedRows: this.#changedRows };
  }

  /** Notes that a row has changed. */
  mark(row: number): void {
    const flags = this.#flags[row]!;
    if ((flags & dirtyFlag) === 0) this.dirtyRows += 1;
    if ((flags & touchedFlag) === 0) this.#touchedRows += 1;
    this.#flags[row] = dirtyFlag | touchedFlag;
  }

  /** Notes that a row is published as it is. */
  settle(row: number): void {
    const flags = this.#flags[row]!;
    if ((flags & dirtyFlag) !== 0) this.dirtyRows -= 1;
    if ((flags & touchedFlag) === 0) this.#touchedRows += 1;
    this.#flags[row] = touchedFlag;
  }

  /** Rows that changed since they were published, in order of their keys. */
  dirtySorted(): Uint32Array {
    const { keys } = this;
    return this.#withFlag(dirtyFlag).sort((a, b) =>
      keys.compare(keys, this.keyStart(b), this.keyEnd(b), this.keyStart(a), this.keyEnd(a)),
    );
  }

  /** Adds a row of another shard of the table, with all it holds. */
  adopt(from: Shard, at: number): void {
    const row = this.add(from.hash(at), from.keys, from.keyStart(at), from.keyEnd(at));
    for (let i = 0; i < this.cells.length; i++) this.cells[i]!.merge(row, from.cells[i]!, at);
    this.mark(row);
    if ((from.#flags[at]! & dirtyFlag) === 0) this.settle(row);
  }

  /** Memory it takes, about. */
  override get bytes(): number {
    return (
      super.bytes +
      this.#parts.reduce((sum, { length }) => sum + length, 0) +
      this.#flags.length +
      this.cells.reduce((sum, { bytes }) => sum + bytes, 0)
    );
  }

  override reserve(rows: number): void {
    if (rows <= this.capacity) return;
    this.#flags = grown(this.#flags, rows);
    for (const cells of this.cells) cells.reserve(rows);
    super.reserve(rows);
  }

  /** Packs some rows: keys and cells. */
  pack(rows: Uint32Array, packer: Packer): void {
    const lengths = new Uint32Array(rows.length);
    let bytes = 0;
    for (let i = 0; i < rows.length; i++) {
      const length = this.keyEnd(rows[i]!) - this.keyStart(rows[i]!);
      lengths[i] = length;
      bytes += length;
    }
    const keys = Buffer.alloc(bytes);
    let at = 0;
    for (const row of rows) at += this.keys.copy(keys, at, this.keyStart(row), this.keyEnd(row));
    packer.words(lengths);
    packer.block(keys);
    packer.words(Uint8Array.from(rows, (row) => this.#flags[row]! & dirtyFlag));
    for (const cells of this.cells) cells.pack(rows, packer);
  }

  /** Sets rows that `pack` gave, by their keys: new ones are added in this order. */
  unpack(count: number, unpacker: Unpacker): void {
    const lengths = unpacker.whole(count);
    const keys = unpacker.block();
    const rows = new Uint32Array(count);
    this.reserve(this.rows === 0 ? count : this.capacity);
    let at = 0;
    for (let i = 0; i < count; i++) {
      const end = at + lengths[i]!;
      const hash = keyedHash(keys, at, end, this.seed);
      const row = this.find(hash, keys, at, end);
      rows[i] = row >= 0 ? row : this.add(hash, keys, at, end);
      at = end;
    }
    const dirty = unpacker.raw(count);
    for (let i = 0; i < count; i++) {
      this.mark(rows[i]!);
      if (dirty[i] === 0) this.settle(rows[i]!);
    }
    for (const cells of this.cells) cells.unpack(rows, unpacker);
  }

  #withFlag(flag: number): Uint32Array {
    const rows = new Uint32Array(this.rows);
    let count = 0;
    for (let row = 0; row < this.rows; row++) if ((this.#flags[row]! & flag) !== 0) rows[count++] = row;
    return rows.subarray(0, count);
  }

  #forgetTouched(): void {
    this.#touchedRows = 0;
    for (let row = 0; row < this.rows; row++) this.#flags[row]! &= dirtyFlag;
  }
}
