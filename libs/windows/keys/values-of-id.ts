/** The values of a distinct measure by the number of the row they belong to: an index over a table that does not change any more. */
import type { ByteTable } from './byte-table.js';
import type { Shard } from './shard.js';

/** A value is kept behind the number of its row. */
export const idBytes = 4;

export class ValuesOfId {
  readonly #shards: Shard[];
  /** Of each number, where its values begin; one more for the end. */
  readonly #starts: Uint32Array;
  readonly #shardAt: Uint32Array;
  readonly #rowAt: Uint32Array;

  /** @param ids how many rows there are */
  constructor(table: ByteTable, ids: number) {
    this.#shards = table.shards();
    this.#starts = new Uint32Array(ids + 1);
    this.#shardAt = new Uint32Array(table.rows);
    this.#rowAt = new Uint32Array(table.rows);
    for (const shard of this.#shards) {
      shard.load();
      for (let row = 0; row < shard.rows; row++) this.#starts[idOf(shard, row) + 1]! += 1;
    }
    for (let id = 0; id < ids; id++) this.#starts[id + 1]! += this.#starts[id]!;
    const next = this.#starts.slice();
    for (const [at, shard] of this.#shards.entries()) {
      for (let row = 0; row < shard.rows; row++) {
        const place = next[idOf(shard, row)]!++;
        this.#shardAt[place] = at;
        this.#rowAt[place] = row;
      }
    }
  }

  /** Gives each value of a row as bytes. */
  forEach(id: number, take: (bytes: Uint8Array, start: number, end: number) => void): void {
    for (let place = this.#starts[id]!; place < this.#starts[id + 1]!; place++) {
      const [shard, row] = [this.#shards[this.#shardAt[place]!]!, this.#rowAt[place]!];
      take(shard.keys, shard.keyStart(row) + idBytes, shard.keyEnd(row));
    }
  }
}

function idOf(shard: Shard, row: number): number {
  return shard.keys.readUInt32BE(shard.keyStart(row));
}
