/** A table of byte strings of any number, in shards of bounded size that split as they fill: extendible hashing (Fagin et al., 1979). */
import type { Cells } from '../cells/cells.js';
import type { Unpacker } from '../cells/packed-bytes.js';
import { type HashSeed, keyedHash } from './keyed-hash.js';
import { Shard, type ShardFacts } from './shard.js';

/** Shards whose rows have hashes that begin with so many equal bits are not split further. */
const depthMax = 20;

/** Which strings stand in which shard depends on the strings alone, not on the order in which they came. */
export class ByteTable {
  rows = 0;
  #depth = 0;
  /** By the leading bits of a hash; a shard of less depth stands at several places. */
  #directory: Shard[];
  /** Where `locate` has found its string, and whether it is new. */
  shard: Shard;
  isNew = false;

  constructor(
    private readonly cells: () => readonly Cells[],
    private readonly seed: HashSeed,
  ) {
    this.#directory = [new Shard(0, 0, cells(), seed)];
    this.shard = this.#directory[0]!;
  }

  /** The table of a snapshot. @param shards all of them, in order of prefix */
  static stored(
    shards: ReadonlyArray<{ readonly facts: ShardFacts; readonly parts: readonly Uint8Array[] }>,
    cells: () => readonly Cells[],
    seed: HashSeed,
  ): ByteTable {
    const table = new ByteTable(cells, seed);
    if (shards.length === 0) return table;
    table.#depth = Math.max(...shards.map(({ facts }) => facts.depth));
    table.#directory = shards.flatMap(({ facts, parts }) => {
      const shard = Shard.stored(facts, parts, cells(), seed);
      table.rows += shard.rows;
      return Array.from({ length: 2 ** (table.#depth - facts.depth) }, () => shard);
    });
    return table;
  }

  /** Finds a string or adds it. @returns its row in `shard` */
  locate(bytes: Uint8Array, start: number, end: number): number {
    return this.locateHashed(keyedHash(bytes, start, end, this.seed), bytes, start, end);
  }

  /** Row of a string in `shard`; -1 when it is not there. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const hash = keyedHash(bytes, start, end, this.seed);
    this.shard = this.#shardOf(hash);
    return this.shard.find(hash, bytes, start, end);
  }

  /** `locate`, when the hash is known. */
  locateHashed(hash: number, bytes: Uint8Array, start: number, end: number): number {
    let shard = this.#shardOf(hash);
    const row = shard.find(hash, bytes, start, end);
    this.isNew = row < 0;
    if (!this.isNew) {
      this.shard = shard;
      return row;
    }
    while (shard.rows >= shard.rowsMax && shard.depth < depthMax) {
      this.#split(shard);
      shard = this.#shardOf(hash);
    }
    this.rows += 1;
    this.shard = shard;
    return shard.add(hash, bytes, start, end);
  }

  /** Takes rows that a shard packed into one shard, however many they are: for tables that are only read. */
  unpack(count: number, unpacker: Unpacker): void {
    this.shard.unpack(count, unpacker);
    this.rows = this.shard.rows;
  }

  /** All shards, in order of prefix. */
  shards(): Shard[] {
    return this.#directory.filter((shard, at, all) => at === 0 || shard !== all[at - 1]);
  }

  #shardOf(hash: number): Shard {
    const shard = this.#directory[this.#depth === 0 ? 0 : hash >>> (32 - this.#depth)]!;
    if (!shard.loaded) shard.load();
    return shard;
  }

  #split(full: Shard): void {
    if (full.depth === this.#depth) {
      this.#directory = this.#directory.flatMap((shard) => [shard, shard]);
      this.#depth += 1;
    }
    const depth = full.depth + 1;
    const halves = [0, 1].map((bit) => new Shard(depth, full.prefix * 2 + bit, this.cells(), this.seed)) as [
      Shard,
      Shard,
    ];
    for (const half of halves) half.reserve(Math.ceil(half.rowsMax / 2));
    for (let row = 0; row < full.rows; row++) halves[(full.hash(row) >>> (32 - depth)) & 1]!.adopt(full, row);
    const places = 2 ** (this.#depth - depth);
    const first = full.prefix * 2 * places;
    this.#directory.fill(halves[0], first, first + places).fill(halves[1], first + places, first + 2 * places);
  }
}
