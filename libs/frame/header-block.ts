/**
 * The headers of a message as they stand in its bytes: names and values by place, nothing decoded, nothing refused.
 *
 * A block is `NATS/1.0`, then a line `name: value` for each header, then an empty line; lines end with CR LF (NATS architecture decision 4). Producers may
 * send anything in their place, and the server stores it. So whatever is between two line ends is a header: its name goes up to the first colon,
 * its value begins behind it and behind one blank, which is how clients write it. A line without a colon is a name without a value.
 */
import { losslessText } from './lossless-text.js';

const crByte = 0x0d;
const lfByte = 0x0a;
const colonByte = 0x3a;
const spaceByte = 0x20;
const placesEach = 4;
const absent = -1;
const versionLine = Buffer.from('NATS/1.0');
const empty = new Uint8Array();
/** What a header takes in a frame beside its bytes: two offsets. */
const offsetsBytes = 8;
/** A byte that is no text becomes a character of three (lossless-text.ts). */
const losslessGrowthMax = 3;

/** Text in the bytes of a message, not decoded. */
export interface TextSpan {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** One object reads block after block: what it says holds until the next one is read. */
export class HeaderBlock {
  bytes: Uint8Array = empty;
  /** Headers; repeated ones count each. */
  count = 0;
  /** Whether all bytes are ASCII. */
  ascii = true;
  /** Of each header: first byte of the name and the one behind it, the same of the value; -1 when it has none. */
  places = new Int32Array(16 * placesEach);
  #length = 0;

  /** @param length bytes of the block; 0: no headers */
  read(bytes: Uint8Array, length: number): this {
    this.bytes = bytes;
    this.#length = length;
    this.count = 0;
    let all = 0;
    for (let start = 0, end = 0; start < length; start = end + 2) {
      let colon = absent;
      for (end = start; end < length; end++) {
        const byte = bytes[end]!;
        if (byte === crByte && bytes[end + 1] === lfByte) break;
        if (byte === colonByte && colon < 0) colon = end;
        all |= byte;
      }
      const isLast = start === end && end + 2 >= length;
      const isFirst = start === 0 && isVersion(bytes, end);
      if (!isLast && !isFirst) this.#add(start, colon, end);
    }
    this.ascii = all < 0x80;
    return this;
  }

  /** The headers take no more bytes than this in a frame. */
  get storedBytesMax(): number {
    return this.count === 0 ? 0 : this.#length * (this.ascii ? 1 : losslessGrowthMax) + this.count * offsetsBytes;
  }

  /** The first header of this very name; -1: there is none. */
  find(name: Uint8Array): number {
    for (let i = 0; i < this.count; i++) if (this.#isNamed(i, name, 0)) return i;
    return absent;
  }

  /** The same without regard to case, as libraries for HTTP may change it. @param name small letters */
  findAnyCase(name: Uint8Array): number {
    for (let i = 0; i < this.count; i++) if (this.#isNamed(i, name, smallLetterBit)) return i;
    return absent;
  }

  /** A block of the first header of each of these names alone, in any case; of values no more than `bytesMax` and one. @param names small letters */
  only(names: readonly Uint8Array[], bytesMax: number): HeaderBlock {
    const block = new HeaderBlock();
    block.bytes = this.bytes;
    block.ascii = this.ascii;
    for (const name of names) {
      const header = this.findAnyCase(name);
      if (header < 0) continue;
      const [from, to, start, end] = this.places.subarray(header * placesEach, (header + 1) * placesEach);
      const last = start! < 0 ? end! : Math.min(end!, start! + bytesMax + 1);
      block.#addPlaces(from!, to!, start!, last);
      block.#length += last - from! + 2;
    }
    return block;
  }

  /** Value of the first header of this name in any case; undefined: there is none. @param name small letters */
  textOf(name: Uint8Array): string | undefined {
    const header = this.findAnyCase(name);
    return header < 0 ? undefined : this.value(header);
  }

  /** Undefined for a line without a colon. */
  value(header: number): string | undefined {
    const start = this.places[header * placesEach + 2]!;
    return start < 0 ? undefined : this.text(start, this.places[header * placesEach + 3]!);
  }

  /** The same without blanks around it; as a span where its bytes are text as they stand. '' for none. */
  trimmed(header: number): TextSpan | string {
    const { bytes } = this;
    if (!this.ascii) return this.value(header)?.trim() ?? '';
    let start = this.places[header * placesEach + 2]!;
    let end = this.places[header * placesEach + 3]!;
    if (start < 0) return '';
    while (start < end && bytes[start]! <= spaceByte) start++;
    while (start < end && bytes[end - 1]! <= spaceByte) end--;
    return start === end ? '' : { bytes, start, end };
  }

  /** What stands from `start` to `end`; bytes that are no text as `losslessText` writes them. */
  text(start: number, end: number): string {
    const { bytes } = this;
    if (!this.ascii) return losslessText(bytes.subarray(start, end));
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  }

  #add(start: number, colon: number, end: number): void {
    this.#addPlaces(start, colon < 0 ? end : colon, colon < 0 ? absent : valueAt(this.bytes, colon + 1, end), end);
  }

  #addPlaces(name: number, nameEnd: number, value: number, end: number): void {
    const at = this.count * placesEach;
    if (at === this.places.length) this.#grow();
    const { places } = this;
    places[at] = name;
    places[at + 1] = nameEnd;
    places[at + 2] = value;
    places[at + 3] = end;
    this.count++;
  }

  #grow(): void {
    const larger = new Int32Array(this.places.length * 2);
    larger.set(this.places);
    this.places = larger;
  }

  #isNamed(header: number, name: Uint8Array, caseBit: number): boolean {
    const start = this.places[header * placesEach]!;
    if (this.places[header * placesEach + 1]! - start !== name.length) return false;
    for (let i = 0; i < name.length; i++) if ((this.bytes[start + i]! | caseBit) !== name[i]) return false;
    return true;
  }
}

/** Turns an ASCII capital into its small letter. */
const smallLetterBit = 0x20;

function valueAt(bytes: Uint8Array, start: number, end: number): number {
  return start < end && bytes[start] === spaceByte ? start + 1 : start;
}

function isVersion(bytes: Uint8Array, end: number): boolean {
  if (end !== versionLine.length) return false;
  for (let i = 0; i < end; i++) if (bytes[i] !== versionLine[i]) return false;
  return true;
}
