/** A shard remembers what changed since it was published and since it was saved, and comes back from its parts as it was. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Packer } from '../cells/packed-bytes.js';
import { CountCells } from '../cells/sum-cells.js';
import { exampleSeed } from '../results/example-events.js';
import { keyedHash } from './keyed-hash.js';
import { Shard } from './shard.js';

const newShard = (): Shard => new Shard(0, 0, [new CountCells()], exampleSeed);
const restored = ({ facts }: Shard, parts: readonly Uint8Array[]): Shard =>
  Shard.stored(facts, parts, [new CountCells()], exampleSeed);
const keyAt = (shard: Shard, row: number): Buffer => shard.keys.subarray(shard.keyStart(row), shard.keyEnd(row));

/** Counts a key, as an event would. */
function count(shard: Shard, text: string): void {
  const key = Buffer.from(text);
  const hash = keyedHash(key, 0, key.length, exampleSeed);
  const known = shard.find(hash, key, 0, key.length);
  const row = known >= 0 ? known : shard.add(hash, key, 0, key.length);
  (shard.cells[0] as CountCells).fold(row);
  shard.mark(row);
}

function publish(shard: Shard, rows: number): string[] {
  const published = [...shard.dirtySorted().subarray(0, rows)];
  for (const row of published) shard.settle(row);
  return published.map((row) => keyAt(shard, row).toString());
}

/** All it holds, byte for byte. */
function contents(shard: Shard): Buffer {
  const packer = new Packer();
  shard.pack(
    Uint32Array.from({ length: shard.rows }, (_, row) => row),
    packer,
  );
  return Buffer.from(packer.packed());
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(fc.nat(40), { maxLength: 12 })
      .map((keys) => ({ kind: 'count' as const, keys: keys.map((n) => (n === 0 ? '' : `é${n}`)) })),
  },
  { weight: 2, arbitrary: fc.nat(10).map((rows) => ({ kind: 'publish' as const, rows })) },
  { weight: 3, arbitrary: fc.boolean().map((restart) => ({ kind: 'save' as const, restart })) },
);

describe('a shard', () => {
  test('gives what is not published in the order of the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 4 })), fc.nat(20), (keys, published) => {
        const shard = newShard();
        for (const key of keys) count(shard, key);
        const sorted = [...new Set(keys)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(publish(shard, published)).toEqual(sorted.slice(0, published));
        expect(shard.dirtyRows).toBe(Math.max(0, sorted.length - published));
        expect(publish(shard, Infinity)).toEqual(sorted.slice(published));
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  test('that is saved, and taken up again at any time, is as if it had stayed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const stayed = newShard();
        let shard = newShard();
        for (const one of steps) {
          if (one.kind === 'count') for (const key of one.keys) for (const each of [stayed, shard]) count(each, key);
          else if (one.kind === 'publish') expect(publish(shard, one.rows)).toEqual(publish(stayed, one.rows));
          else {
            const parts = shard.save();
            expect(parts.length).toBeLessThanOrEqual(5);
            if (!one.restart) continue;
            shard = restored(shard, parts);
            shard.load();
          }
          expect(contents(shard)).toEqual(contents(stayed));
          expect(shard.dirtyRows).toBe(stayed.dirtyRows);
        }
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  test('saves nothing again that did not change, and of a few changes only these', () => {
    const shard = newShard();
    for (let at = 0; at < 1000; at++) count(shard, `user-${at}`);
    const [all, ...none] = shard.save();
    expect(none).toEqual([]);
    expect(shard.save()[0]).toBe(all);
    for (let change = 1; change <= 4; change++) {
      count(shard, `user-${change}`);
      const parts = shard.save();
      expect(parts).toHaveLength(1 + change);
      expect(parts[0]).toBe(all);
      expect(parts.at(-1)!.length).toBeLessThan(all!.length / 10);
    }
    publish(shard, 1);
    const parts = shard.save();
    expect(parts).toHaveLength(1);
    expect(contents(restoredAndLoaded(shard, parts))).toEqual(contents(shard));
  });

  test('that was not needed is saved again without being decoded', () => {
    const shard = newShard();
    for (let at = 0; at < 100; at++) count(shard, `user-${at}`);
    const parts = shard.save();
    const again = restored(shard, parts);
    expect(again.loaded).toBe(false);
    expect(again.save()).toBe(parts);
    expect(again.facts).toEqual(shard.facts);
    expect(again.loaded).toBe(false);
  });

  test('says so when its parts do not hold what they should', () => {
    const shard = newShard();
    for (const key of ['a', 'b']) count(shard, key);
    const [part] = shard.save();
    expect(() => Shard.stored({ ...shard.facts, rows: 3 }, [part!], [new CountCells()], exampleSeed).load()).toThrow(
      'A shard of a snapshot has 2 rows (2 changed) where it says 3 (2)',
    );
    expect(() => restoredAndLoaded(shard, [part!.subarray(0, part!.length - 5)])).toThrow();
  });
});

function restoredAndLoaded(shard: Shard, parts: readonly Uint8Array[]): Shard {
  const again = restored(shard, parts);
  again.load();
  return again;
}
