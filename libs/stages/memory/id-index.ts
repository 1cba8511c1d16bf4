/**
 * Finds an id in the log by its hash: many small tables, each of which is made anew, or split in two, by itself. So the
 * index grows and shrinks in steps of a few milliseconds, whatever it holds (extendible hashing).
 */
import type { IdLog, Place } from './id-log.js';
import { IdShard, shardWord } from './id-shard.js';

/** A table with more ids is split: making one anew takes about 1 ms. */
const shardIdsMax = 16_000;
/** Slots for each id when a table is made, between these: with one figure for all, all would be full at the same time. */
const [SlotsPerIdMin, SlotsPerIdSpread] = [1.45, 0.5];
/** Multiples of it modulo 1 spread evenly. */
const golden = 0.618;

export class IdIndex {
  /** By the leading `bits` bits of a hash; a table of fewer stands here several times. */
  #shards: IdShard[];
  #bits: number;
  #turn = 0;

  /** @param ids how many will come at once */
  constructor(
    private readonly log: IdLog,
    ids = 0,
  ) {
    this.#bits = Math.max(1, Math.ceil(Math.log2((ids * 1.5) / shardIdsMax)));
    this.#shards = Array.from({ length: 2 ** this.#bits }, () => this.#table(this.#bits, ids / 2 ** this.#bits));
  }

  get bytes(): number {
    return this.#shards.reduce((sum, shard, at) => sum + (shard === this.#shards[at - 1] ? 0 : shard.bytes), 0);
  }

  arrivedMs(hash: Uint32Array): number | undefined {
    return this.#shards[this.#at(hash[shardWord]!)]!.arrivedMs(hash, this.log);
  }

  /** Notes where the id with this hash stands, which was not remembered. */
  add(place: Place, hash: Uint32Array): void {
    const shard = this.#roomAt(hash[shardWord]!);
    shard.add(place, hash, this.log);
  }

  /** Notes what the log holds at a place. */
  addFrom(place: Place): void {
    this.#roomAt(this.log.word(place, shardWord)).addFrom(place, this.log);
  }

  #at(word: number): number {
    return word >>> (32 - this.#bits);
  }

  #roomAt(word: number): IdShard {
    const shard = this.#shards[this.#at(word)]!;
    if (!shard.isFull) return shard;
    this.#renew(shard, word);
    return this.#roomAt(word);
  }

  /** Makes a table anew without what was forgotten, or two of it. */
  #renew(shard: IdShard, word: number): void {
    const living = shard.living(this.log);
    if (living.length > shardIdsMax) return this.#split(shard, word, living);
    this.#put(word, this.#filled(shard.depth, living));
  }

  #split({ depth }: IdShard, word: number, living: Uint32Array): void {
    if (depth === this.#bits) this.#double();
    const bit = 0x8000_0000 >>> depth;
    const sorted = new Uint32Array(living.length);
    let [low, high] = [0, living.length];
    for (const place of living) sorted[(this.log.word(place, shardWord) & bit) === 0 ? low++ : --high] = place;
    this.#put((word & ~bit) >>> 0, this.#filled(depth + 1, sorted.subarray(0, low)));
    this.#put((word | bit) >>> 0, this.#filled(depth + 1, sorted.subarray(low)));
  }

  #double(): void {
    this.#bits++;
    this.#shards = Array.from({ length: 2 ** this.#bits }, (_, at) => this.#shards[at >>> 1]!);
  }

  /** Puts a table wherever the leading bits of `word`, as many as its depth, lead. */
  #put(word: number, shard: IdShard): void {
    const span = 2 ** (this.#bits - shard.depth);
    const first = Math.floor(this.#at(word) / span) * span;
    this.#shards.fill(shard, first, first + span);
  }

  #filled(depth: number, places: Uint32Array): IdShard {
    const shard = this.#table(depth, places.length);
    for (const place of places) shard.addFrom(place, this.log);
    return shard;
  }

  #table(depth: number, ids: number): IdShard {
    this.#turn = (this.#turn + golden) % 1;
    return new IdShard(depth, ids * (SlotsPerIdMin + SlotsPerIdSpread * this.#turn));
  }
}
