/** One small hash table of places by open addressing: a place (4 bytes) and 8 bits of the hash for each slot. */
import type { IdLog, Place } from './id-log.js';

/** Which word of a hash says what: the shard, the slot, the tag that spares most looks at the entry itself. */
export const shardWord = 0;
const wordOfSlot = 1;
const wordOfTag = 2;

const slotsMin = 16;
/** A table with a larger share of used slots is made anew: chains of used slots grow fast from here on. */
const fillMax = 0.88;
const two32 = 2 ** 32;

export class IdShard {
  readonly #places: Uint32Array;
  readonly #tags: Uint8Array;
  readonly #usedMax: number;
  /** Slots that hold a place, forgotten ones among them. */
  #used = 0;

  /** @param depth how many leading bits of the hashes here are the same */
  constructor(
    readonly depth: number,
    slots: number,
  ) {
    const size = Math.max(slotsMin, Math.ceil(slots));
    this.#places = new Uint32Array(size);
    this.#tags = new Uint8Array(size);
    this.#usedMax = Math.floor(size * fillMax);
  }

  get bytes(): number {
    return this.#places.byteLength + this.#tags.byteLength;
  }

  get isFull(): boolean {
    return this.#used >= this.#usedMax;
  }

  /** Arrival of the id with this hash, epoch ms; undefined: it is not remembered. */
  arrivedMs(hash: Uint32Array, log: IdLog): number | undefined {
    const tag = hash[wordOfTag]! & 0xff;
    const places = this.#places;
    for (let at = this.#slot(hash[wordOfSlot]!); ; ) {
      const place = places[at]!;
      if (place === 0) return undefined;
      if (this.#tags[at] === tag) {
        const arrivedMs = log.arrivedMs(place, hash);
        if (arrivedMs !== undefined) return arrivedMs;
      }
      if (++at === places.length) at = 0;
    }
  }

  /** Notes where the id with this hash stands; it must not be here. A slot whose id was forgotten is used again. */
  add(place: Place, hash: Uint32Array, log: IdLog): void {
    const places = this.#places;
    let at = this.#slot(hash[wordOfSlot]!);
    while (places[at] !== 0 && log.has(places[at]!)) if (++at === places.length) at = 0;
    this.#set(at, place, hash[wordOfTag]!);
  }

  /** Notes what stands at a place, where nothing here is forgotten yet. */
  addFrom(place: Place, log: IdLog): void {
    const places = this.#places;
    let at = this.#slot(log.word(place, wordOfSlot));
    while (places[at] !== 0) if (++at === places.length) at = 0;
    this.#set(at, place, log.word(place, wordOfTag));
  }

  /** The places of ids that are not forgotten. */
  living(log: IdLog): Uint32Array {
    return this.#places.filter((place) => place !== 0 && log.has(place));
  }

  #set(at: number, place: Place, tagWord: number): void {
    if (this.#places[at] === 0) this.#used++;
    this.#places[at] = place;
    this.#tags[at] = tagWord & 0xff;
  }

  #slot(word: number): number {
    return Math.floor((word * this.#places.length) / two32);
  }
}
