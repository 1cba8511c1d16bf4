/** The hash gives the published values, and others under another key. */
import { expect, test } from '@jest/globals';
import { hashSeed, keyedHash } from './keyed-hash.js';

const published = { k0: 0x03020100, k1: 0x07060504 };
const upTo = (length: number): Uint8Array => Uint8Array.from({ length }, (_, at) => at);

// Values of HalfSipHash-1-3 that Linux publishes (`hsiphash` on 32 bits, lib/tests/siphash_kunit.c): of the bytes 0, 1, 2 …
test.each([
  [0, 0x5814c896],
  [1, 0xe7e864ca],
  [2, 0xbc4b0e30],
  [3, 0x01539939],
  [4, 0x7e059ea6],
  [5, 0x88e3d89b],
  [7, 0x9d38d9d6],
  [8, 0x577999b1],
  [63, 0x87178304],
])('of %i bytes is the published one', (length, hash) => {
  expect(keyedHash(upTo(length), 0, length, published)).toBe(hash);
  const within = Uint8Array.from([250, 251, 252, ...upTo(length), 253, 254]);
  expect(keyedHash(within, 3, 3 + length, published)).toBe(hash);
});

test('changes with each bit of the key', () => {
  const keys = Array.from({ length: 64 }, (_, bit) =>
    hashSeed((2n ** BigInt(bit)).toString(16).padStart(16, '0')),
  ).concat(hashSeed('0'.repeat(16)));
  expect(new Set(keys.map((key) => keyedHash(upTo(9), 0, 9, key))).size).toBe(65);
});

test('spreads keys that differ little over all places', () => {
  const places = new Uint32Array(64);
  for (let at = 0; at < 6400; at++) {
    const key = Buffer.from(`user-${at}`);
    places[keyedHash(key, 0, key.length, published) >>> 26]! += 1;
  }
  expect(Math.min(...places)).toBeGreaterThan(50);
  expect(Math.max(...places)).toBeLessThan(150);
});
