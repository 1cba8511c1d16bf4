/** The ids of a partition in order of arrival: a queue of chunks, which forgets from its front. */
import { chunkIds, IdChunk } from './id-chunk.js';

/** Chunks have numbers below this, again and again: with the place in the chunk, a place in the queue has 32 bits. */
const chunkNumbers = 65_535;
const placeBits = 16;

/** Where an entry stands, 1 to 2^32 − 1; 0 stands for nowhere. Places come again, long after what stood there was forgotten. */
export type Place = number;

export class IdLog {
  readonly #chunks: IdChunk[] = [];
  /** Number of the oldest chunk, and its first entry that is not forgotten. */
  #number = 0;
  #head = 0;

  /** Ids that are not forgotten. */
  get count(): number {
    return this.#chunks.reduce((sum, { count }) => sum + count, 0) - this.#head;
  }

  get bytes(): number {
    return this.#chunks.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Arrival of the newest entry, epoch ms; -Infinity: there has been none. */
  get newestMs(): number {
    const last = this.#chunks.at(-1);
    return last ? last.arrivedMs(last.count - 1) : -Infinity;
  }

  /** @param arrivedMs not before that of the newest entry */
  append(hash: Uint32Array, arrivedMs: number): Place {
    let chunk = this.#chunks.at(-1);
    if (!chunk?.takes(arrivedMs)) {
      chunk = IdChunk.empty(arrivedMs);
      this.#chunks.push(chunk);
    }
    const place = this.#place(this.#chunks.length - 1, chunk.count);
    chunk.append(hash, arrivedMs);
    return place;
  }

  /** Whether what stood at a place has not been forgotten. */
  has(place: Place): boolean {
    const at = this.#chunkAt(place);
    return at > 0 ? at < this.#chunks.length : entryAt(place) >= this.#head;
  }

  /** Arrival of the entry at a place, epoch ms; undefined when another hash stands there, or it was forgotten. */
  arrivedMs(place: Place, hash: Uint32Array): number | undefined {
    const at = this.#chunkAt(place);
    const entry = entryAt(place);
    const chunk = this.#chunks[at];
    return chunk?.holds(entry, hash) && (at > 0 || entry >= this.#head) ? chunk.arrivedMs(entry) : undefined;
  }

  /** A word of the hash at a place that is not forgotten. */
  word(place: Place, word: number): number {
    return this.#chunks[this.#chunkAt(place)]!.word(entryAt(place), word);
  }

  /** Forgets what arrived before `ms`: whole chunks at once, so that it takes no time however many ids they hold. */
  forgetBefore(ms: number): void {
    for (let oldest = this.#chunks[0]; oldest; oldest = this.#chunks[0]) {
      const isOver = oldest.arrivedMs(oldest.count - 1) < ms;
      if (!isOver) {
        while (oldest.arrivedMs(this.#head) < ms) this.#head++;
        return;
      }
      this.#chunks.shift();
      this.#number = (this.#number + 1) % chunkNumbers;
      this.#head = 0;
    }
  }

  parts(): Uint8Array[] {
    return this.#chunks.map((chunk) => chunk.part());
  }

  /** Takes a part of a snapshot behind those before. @returns how many ids it holds, and the place of the first: the others follow it. @throws UnreadableStateError */
  load(part: Uint8Array): { readonly first: Place; readonly count: number } {
    const chunk = IdChunk.of(part);
    const at = chunk.count > 0 ? this.#chunks.push(chunk) - 1 : 0;
    return { first: this.#place(at, 0), count: chunk.count };
  }

  #place(at: number, entry: number): Place {
    return ((this.#number + at) % chunkNumbers) * chunkIds + entry + 1;
  }

  /** Which of the chunks a place is in; past the last when it was forgotten with its chunk. */
  #chunkAt(place: Place): number {
    const at = ((place - 1) >>> placeBits) - this.#number;
    return at < 0 ? at + chunkNumbers : at;
  }
}

function entryAt(place: Place): number {
  return (place - 1) & (chunkIds - 1);
}
