/** Numbers and bytes packed one after the other, as partials and snapshots hold them: little endian, compressed with zstd. */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Arrays that are packed as they stand in memory. */
export type Words = Uint8Array | Uint32Array | Float64Array | BigInt64Array;

export class Packer {
  readonly #pieces: Uint8Array[] = [];

  /** Bytes so far, before they are compressed. */
  bytes = 0;

  number(value: number): void {
    this.words(Float64Array.of(value));
  }

  /** The array must not change before `packed`. */
  words(words: Words): void {
    const piece = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    this.#pieces.push(piece);
    this.bytes += piece.byteLength;
  }

  /** Bytes behind their length. */
  block(bytes: Uint8Array): void {
    this.number(bytes.byteLength);
    this.words(bytes);
  }

  packed(): Uint8Array {
    return zstdCompressSync(Buffer.concat(this.#pieces), options);
  }
}

export class Unpacker {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** @throws Error when the bytes are not what a packer gave */
  constructor(packed: Uint8Array) {
    this.#bytes = zstdDecompressSync(packed);
  }

  number(): number {
    return this.floats(1)[0]!;
  }

  floats(count: number): Float64Array {
    return new Float64Array(this.#take(count * 8));
  }

  bigints(count: number): BigInt64Array {
    return new BigInt64Array(this.#take(count * 8));
  }

  whole(count: number): Uint32Array {
    return new Uint32Array(this.#take(count * 4));
  }

  /** Bytes of memory of their own. */
  raw(count: number): Uint8Array {
    return new Uint8Array(this.#take(count));
  }

  block(): Uint8Array {
    return this.raw(this.number());
  }

  #take(bytes: number): ArrayBuffer {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    const start = byteOffset + this.#at;
    if (!(bytes >= 0) || this.#at + bytes > byteLength)
      throw new RangeError(`Packed bytes end after ${byteLength}: they were cut off, or another version packed them`);
    this.#at += bytes;
    return buffer.slice(start, start + bytes) as ArrayBuffer;
  }
}
