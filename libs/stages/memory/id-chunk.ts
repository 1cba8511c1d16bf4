/** Up to a fixed number of id hashes with their arrivals, in order of arrival: 20 bytes each in one buffer, which is also its part of a snapshot when it is full. */
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
/** Room to begin with; it doubles as ids come. A task that sees few of them, as most of a wide pipeline do, does not ask for the memory of a full chunk each time it starts. */
const firstRoom = 1_024;

/** Layout, little-endian: header, then 16 bytes of hash for each entry, then for each its arrival as uint32, ms since the base. */
export class IdChunk {
  readonly #baseMs: number;
  #entries: Entries;
  #count: number;
  #part: { readonly bytes: Uint8Array; readonly count: number } | undefined;

  private constructor(entries: Entries, count: number, baseMs: number) {
    this.#entries = entries;
    this.#count = count;
    this.#baseMs = baseMs;
  }

  /** @param baseMs arrival of the first entry to come */
  static empty(baseMs: number): IdChunk {
    return new IdChunk(entriesFor(firstRoom), 0, baseMs);
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
    const entries = entriesIn(part.byteOffset % 4 === 0 ? part : new Uint8Array(part), room);
    const chunk = new IdChunk(room < chunkIds ? copied(entries, count, roomFor(count)) : entries, count, baseMs);
    chunk.#part = { bytes: part, count };
    return chunk;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#entries.bytes.byteLength;
  }

  /** Epoch ms. */
  arrivedMs(entry: number): number {
    return this.#baseMs + this.#entries.sinceBase[entry]!;
  }

  word(entry: number, word: number): number {
    return this.#entries.words[entry * hashWords + word]!;
  }

  holds(entry: number, hash: Uint32Array): boolean {
    const at = entry * hashWords;
    const { words } = this.#entries;
    return words[at] === hash[0] && words[at + 1] === hash[1] && words[at + 2] === hash[2] && words[at + 3] === hash[3];
  }

  takes(arrivedMs: number): boolean {
    return this.#count < chunkIds && arrivedMs - this.#baseMs <= spanMsMax;
  }

  /** Arrivals never fall. */
  append(hash: Uint32Array, arrivedMs: number): void {
    if (this.#count === this.#entries.room) this.#entries = copied(this.#entries, this.#count, roomFor(this.#count));
    const at = this.#count * hashWords;
    const { words, sinceBase } = this.#entries;
    for (let word = 0; word < hashWords; word++) words[at + word] = hash[word]!;
    sinceBase[this.#count++] = arrivedMs - this.#baseMs;
  }

  /** The entries so far as bytes; the same object as long as none came. A full chunk gives its own memory, which never changes again. */
  part(): Uint8Array {
    if (this.#part?.count !== this.#count) {
      const full = this.#count === chunkIds;
      const entries = full ? this.#entries : copied(this.#entries, this.#count, this.#count);
      this.#part = { bytes: this.#headed(entries), count: this.#count };
    }
    return this.#part.bytes;
  }

  #headed({ bytes, room }: Entries): Uint8Array {
    const head = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
    head.setUint32(0, (magic | (version << 24)) >>> 0, true);
    head.setUint32(4, this.#count, true);
    head.setUint32(8, room, true);
    head.setFloat64(16, this.#baseMs, true);
    return bytes;
  }
}

/** Memory with room for some entries, and how it is looked at. */
interface Entries {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly sinceBase: Uint32Array;
  readonly room: number;
}

/** Room for one entry more than `count`, at least. */
const roomFor = (count: number): number => Math.min(chunkIds, Math.max(firstRoom, 2 * count));

const entriesFor = (room: number): Entries => entriesIn(new Uint8Array(headerBytes + room * entryBytes), room);

function entriesIn(bytes: Uint8Array, room: number): Entries {
  const firstWord = bytes.byteOffset + headerBytes;
  return {
    bytes,
    words: new Uint32Array(bytes.buffer, firstWord, room * hashWords),
    sinceBase: new Uint32Array(bytes.buffer, firstWord + room * hashWords * 4, room),
    room,
  };
}

function copied({ words, sinceBase }: Entries, count: number, room: number): Entries {
  const copy = entriesFor(room);
  copy.words.set(words.subarray(0, count * hashWords));
  copy.sinceBase.set(sinceBase.subarray(0, count));
  return copy;
}
