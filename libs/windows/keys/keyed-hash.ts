/**
 * HalfSipHash-1-3: 32 bits of a byte string under a key of 64 bits (Aumasson and Bernstein, "SipHash: a fast short-input PRF").
 * Who does not know the key cannot choose keys that fall into one place of a table and make it slow.
 */

/** Key of a hash: two words. */
export interface HashSeed {
  readonly k0: number;
  readonly k1: number;
}

/** Hash of `bytes[start … end]`: a whole number of 32 bits, not negative. */
export function keyedHash(bytes: Uint8Array, start: number, end: number, { k0, k1 }: HashSeed): number {
  let v0 = k0;
  let v1 = k1;
  let v2 = 0x6c796765 ^ k0;
  let v3 = 0x74656462 ^ k1;
  const length = end - start;
  const wordsEnd = start + (length & ~3);
  let last = length << 24;
  for (let at = wordsEnd; at < end; at++) last |= bytes[at]! << ((at - wordsEnd) << 3);
  // Behind the last word come three rounds without one.
  const through = wordsEnd + 4 * 3;
  for (let at = start; at <= through; at += 4) {
    const word = at < wordsEnd ? wordAt(bytes, at) : at === wordsEnd ? last : 0;
    if (at === wordsEnd + 4) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = (v1 << 5) | (v1 >>> 27);
    v1 ^= v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = (v3 << 8) | (v3 >>> 24);
    v3 ^= v2;
    v0 = (v0 + v3) | 0;
    v3 = (v3 << 7) | (v3 >>> 25);
    v3 ^= v0;
    v2 = (v2 + v1) | 0;
    v1 = (v1 << 13) | (v1 >>> 19);
    v1 ^= v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** A key from hexadecimal text, e.g. a lineage hash. */
export function hashSeed(hex: string): HashSeed {
  const word = (at: number): number => Number.parseInt(hex.slice(at, at + 8), 16) | 0;
  return { k0: word(0), k1: word(8) };
}
