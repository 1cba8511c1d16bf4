/** The partition of a key is the documented hash, forever: stored logs depend on it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import xxhash from 'xxhash-wasm';
import { partitioner, partitionOf } from './partition.js';

fc.configureGlobal({ seed: 7 });

const { h64Raw } = await xxhash();

describe('the partition of a key', () => {
  // Test vectors of xxHash64 with seed 0.
  test.each([
    ['', 0xef46db3751d8e999n],
    ['a', 0xd24ec4f1a98c6e5bn],
    ['abc', 0x44bc2cf5ad770999n],
    ['Nobody inspects the spammish repetition', 0xfbcea83c8a378bf1n],
  ])('of %j is its xxHash64 modulo the number of partitions', (key, hash) => {
    for (const partitions of [1, 2, 3, 4, 7, 256])
      expect(partitionOf(key, partitions)).toBe(Number(hash % BigInt(partitions)));
  });

  test('hashes the UTF-8 bytes of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 256 }), (key, partitions) => {
        expect(partitionOf(key, partitions)).toBe(Number(h64Raw(Buffer.from(key)) % BigInt(partitions)));
      }),
    );
  });

  test('stays what it was', () => {
    expect(['user-1', 'user-2', 'ação', '42', '😀'].map((key) => partitionOf(key, 16))).toEqual([8, 9, 10, 9, 0]);
  });

  test('is the same with the memory of a partitioner, however many keys it has seen', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 30 }), fc.integer({ min: 1, max: 256 }), (keys, partitions) => {
        const partition = partitioner(partitions);
        for (const key of [...keys, ...keys]) expect(partition(key)).toBe(partitionOf(key, partitions));
      }),
    );
    const partition = partitioner(8);
    for (let i = 0; i < 70_000; i++) partition(`k${i}`);
    expect([0, 1, 69_999].map((i) => partition(`k${i}`))).toEqual([0, 1, 69_999].map((i) => partitionOf(`k${i}`, 8)));
  });

  test('costs no memory that depends on the length of keys', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heapBytes = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const partition = partitioner(8);
    const before = heapBytes();
    for (let i = 0; i < 500; i++) partition(`${i}-${'x'.repeat(200_000)}`.replace('-', ':'));
    expect(heapBytes() - before).toBeLessThan(20_000_000);
    partition('kept');
  });
});
