/** A fixed number of id hashes with their arrivals, in order of arrival: 20 bytes each in one buffer, which is also its part of a snapshot. */
import { UnreadableStateError } from '#frame/step';
import { hashWords } from './id-hash.js';

/** Entries of a chunk: what a snapshot stores anew each time at most, and what is forgotten at a time. */
export const chunkIds = 65_536;

/** Length of the header: `AID` and the version, entries, room for entries (both uint32), and the base of arrivals (float64, epoch ms). */
const headerBytes = 24;
const magic = 0x444941;
const version = 1;
const entryBytes = (hashWords + 1) * 4;
/** Arrivals are kept as distance from the first one. */
const spanMsMax = 0xffff_ffff;

/** Layout, little-endian: header, then 16 bytes of hash for each entry, then for each its arrival as uint32, ms since the base. */
export class IdChunk {
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #sinceBase: Uint32Array;
  readonly #baseMs: number;
  readonly #room: number;
  #count: number;
  #part: { readonly bytes: Uint8Array; readonly count: number } | undefined;

  private constructor(bytes: Uint8Array, count: number, room: number, baseMs: number) {
    this.#bytes = bytes;
    this.#words = new Uint32Array(bytes.buffer, bytes.byteOffset + headerBytes, room * hashWords);
    this.#sinceBase = new Uint32Array(bytes.buffer, bytes.byteOffset + headerBytes + room * hashWords * 4, room);
    this.#count = count;
    this.#room = room;
    this.#baseMs = baseMs;
  }

  /** @param baseMs arrival of the first entry to come */
  static empty(baseMs: number): IdChunk {
    // Memory that was not written yet is not resident.
    return new IdChunk(new Uint8Array(headerBytes + chunkIds * entryBytes), 0, chunkIds, baseMs);
  }

  /** Takes a part of a snapshot over, without copying it where it is whole. @throws UnreadableStateError */
  static of(part: Uint8Array): IdChunk {
    const head = part.byteLength < headerBytes ? undefined : new DataView(part.buffer, part.byteOffset, headerBytes);
    const format = head?.getUint32(0, true) ?? 0;
    if ((format & 0xffffff) !== magic)
      throw new UnreadableStateError('the snapshot does not hold event ids as this version keeps them');
    if (format >>> 24 !== version)
      throw new UnreadableStateError(
        `the snapshot holds event ids in format ${format >>> 24}, and this version knows format ${version}`,
      );
    const [count, room, baseMs] = [head!.getUint32(4, true), head!.getUint32(8, true), head!.getFloat64(16, true)];
    if (count > room || room > chunkIds || part.byteLength !== headerBytes + room * entryBytes)
      throw new UnreadableStateError('the event ids of the snapshot are damaged');
    const bytes = part.byteOffset % 4 === 0 ? part : new Uint8Array(part);
    const chunk = new IdChunk(bytes, count, room, baseMs);
    chunk.#part = { bytes: part, count };
    return room < chunkIds ? chunk.#roomier() : chunk;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes.byteLength;
  }

  /** Epoch ms. */
  arrivedMs(entry: number): number {
    return this.#baseMs + this.#sinceBase[entry]!;
  }

  word(entry: number, word: number): number {
    return this.#words[entry * hashWords + word]!;
  }

  holds(entry: number, hash: Uint32Array): boolean {
    const at = entry * hashWords;
    const words = this.#words;
    return words[at] === hash[0] && words[at + 1] === hash[1] && words[at + 2] === hash[2] && words[at + 3] === hash[3];
  }

  takes(arrivedMs: number): boolean {
    return this.#count < this.#room && arrivedMs - this.#baseMs <= spanMsMax;
  }

  /** Arrivals never fall. */
  append(hash: Uint32Array, arrivedMs: number): void {
    const at = this.#count * hashWords;
    for (let word = 0; word < hashWords; word++) this.#words[at + word] = hash[word]!;
    this.#sinceBase[this.#count++] = arrivedMs - this.#baseMs;
  }

  /** The entries so far as bytes; the same object as long as none came. A full chunk gives its own memory, which never changes again. */
  part(): Uint8Array {
    if (this.#part?.count !== this.#count)
      this.#part = { bytes: this.#count === this.#room ? this.#headed() : this.#tight().#headed(), count: this.#count };
    return this.#part.bytes;
  }

  #headed(): Uint8Array {
    const head = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, headerBytes);
    head.setUint32(0, (magic | (version << 24)) >>> 0, true);
    head.setUint32(4, this.#count, true);
    head.setUint32(8, this.#room, true);
    head.setFloat64(16, this.#baseMs, true);
    return this.#bytes;
  }

  #tight(): IdChunk {
    return this.#copied(this.#count);
  }

  #roomier(): IdChunk {
    const chunk = this.#copied(chunkIds);
    chunk.#part = this.#part;
    return chunk;
  }

  #copied(room: number): IdChunk {
    const copy = new IdChunk(new Uint8Array(headerBytes + room * entryBytes), this.#count, room, this.#baseMs);
    copy.#words.set(this.#words.subarray(0, this.#count * hashWords));
    copy.#sinceBase.set(this.#sinceBase.subarray(0, this.#count));
    return copy;
  }
}
