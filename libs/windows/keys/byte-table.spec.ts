/** A table of byte strings is what a Map is, whatever the strings, in shards that stay small. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Packer, Unpacker } from '../cells/packed-bytes.js';
import { CountCells } from '../cells/sum-cells.js';
import { exampleSeed } from '../results/example-events.js';
import { ByteTable } from './byte-table.js';
import { keyedHash } from './keyed-hash.js';
import { type Shard, shardRowsMax } from './shard.js';

const cells = (): CountCells[] => [new CountCells()];
const countsOf = ({ cells: [counts] }: Shard): CountCells => counts as CountCells;

/** Counts a key. @returns whether it was new */
function count(table: ByteTable, key: Buffer): boolean {
  // Keys stand somewhere in larger buffers.
  const around = Buffer.concat([Buffer.from('<'), key, Buffer.from('>')]);
  const row = table.locate(around, 1, 1 + key.length);
  countsOf(table.shard).fold(row);
  table.shard.mark(row);
  return table.isNew;
}

/** Counts by key, in hexadecimal: what Maps compare by. */
function contents(table: ByteTable): Map<string, number> {
  const found = new Map<string, number>();
  for (const shard of table.shards()) {
    for (let row = 0; row < shard.rows; row++)
      found.set(shard.keys.toString('hex', shard.keyStart(row), shard.keyEnd(row)), countsOf(shard).values[row]!);
  }
  return found;
}

const anyKey = fc
  .oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.nat(20).map((n) => `the same long beginning ${'.'.repeat(300)}${n}`),
    fc.nat(3).map((zeros) => new Uint8Array(zeros)),
    fc.constant('k'.repeat(3000)),
  )
  .map((key) => Buffer.from(key));

/** Their hashes are equal under `exampleSeed`: found by trying. */
const twins = ['k71351', 'k107532'].map((text) => Buffer.from(text));

/** Many keys: some empty, alike, long or not ASCII. */
const manyKeys = Array.from({ length: 3 * shardRowsMax }, (_, at) =>
  Buffer.from(at === 0 ? '' : `${at % 3 === 0 ? 'é😀' : ''}user-${at}${at % 5000 === 1 ? '.'.repeat(5000) : ''}`),
);

describe('a table of byte strings', () => {
  test('counts what a Map counts', () => {
    fc.assert(
      fc.property(fc.array(anyKey, { maxLength: 200 }), (keys) => {
        const table = new ByteTable(cells, exampleSeed);
        const map = new Map<string, number>();
        for (const key of keys) {
          const name = key.toString('hex');
          expect(count(table, key)).toBe(!map.has(name));
          map.set(name, (map.get(name) ?? 0) + 1);
        }
        expect(contents(table)).toEqual(map);
        expect(table.rows).toBe(map.size);
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  test('tells keys of the same hash apart', () => {
    expect(new Set(twins.map((key) => keyedHash(key, 0, key.length, exampleSeed))).size).toBe(1);
    const table = new ByteTable(cells, exampleSeed);
    for (const key of [...twins, ...twins]) count(table, key);
    expect([...contents(table).values()]).toEqual([2, 2]);
  });

  test('of any number of keys stands in shards of bounded size, each by the leading bits of its hashes, in whatever order they came', () => {
    const [table, backwards] = [manyKeys, manyKeys.toReversed()].map((keys) => {
      const made = new ByteTable(cells, exampleSeed);
      for (const key of [...keys, ...keys.slice(0, 100)]) count(made, key);
      return made;
    }) as [ByteTable, ByteTable];
    expect(table.rows).toBe(manyKeys.length);
    expect([...contents(table).keys()].sort()).toEqual(manyKeys.map((key) => key.toString('hex')).sort());
    expect([...contents(table).values()].filter((times) => times === 2)).toHaveLength(100);
    const shapes = [table, backwards].map((one) =>
      one.shards().map(({ depth, prefix, rows }) => ({ depth, prefix, rows })),
    );
    expect(shapes[1]).toEqual(shapes[0]);
    let covered = 0;
    for (const shard of table.shards()) {
      expect(shard.rows).toBeLessThanOrEqual(shardRowsMax);
      expect(shard.prefix * 2 ** (20 - shard.depth)).toBe(covered);
      covered += 2 ** (20 - shard.depth);
      for (let row = 0; row < shard.rows; row++)
        if (shard.hash(row) >>> (32 - shard.depth) !== shard.prefix)
          throw new Error(`a row of shard ${shard.prefix} has hash ${shard.hash(row)}`);
    }
    expect(covered).toBe(2 ** 20);
  });

  // As they fill alike, all would split within one step, and the process would stand still for seconds.
  test('grows a few shards at a time', () => {
    const table = new ByteTable(cells, exampleSeed);
    const [batches, perBatch, batchesBefore] = [40, 10_000, 8];
    const splits: number[] = [];
    const key = Buffer.alloc(4);
    for (let batch = 0; batch < batches; batch++) {
      const before = table.shards().length;
      for (let at = 0; at < perBatch; at++) {
        key.writeUInt32LE(batch * perBatch + at);
        table.locate(key, 0, key.length);
      }
      splits.push(table.shards().length - before);
    }
    expect(table.shards().length).toBeGreaterThan(batches * perBatch * (1 / shardRowsMax));
    expect(Math.max(...splits.slice(batchesBefore))).toBeLessThanOrEqual(4);
  });

  test('keeps what is published and what is not, as it splits', () => {
    const table = new ByteTable(cells, exampleSeed);
    for (const [at, key] of manyKeys.entries()) {
      const row = table.locate(key, 0, key.length);
      table.shard.mark(row);
      if (at % 4 !== 0) table.shard.settle(row);
    }
    const dirty = table
      .shards()
      .flatMap((shard) =>
        [...shard.dirtySorted()].map((row) => shard.keys.toString('hex', shard.keyStart(row), shard.keyEnd(row))),
      );
    expect(table.shards().length).toBeGreaterThan(2);
    expect(dirty.sort()).toEqual(
      manyKeys
        .filter((_, at) => at % 4 === 0)
        .map((key) => key.toString('hex'))
        .sort(),
    );
    expect(table.shards().reduce((sum, { dirtyRows }) => sum + dirtyRows, 0)).toBe(dirty.length);
  });

  // Nobody who does not know the key can choose such keys; if it happens, the shard grows, and nothing is lost.
  test('splits no further where hashes have too much in common', () => {
    const table = new ByteTable(cells, exampleSeed);
    const key = Buffer.alloc(4);
    for (let at = 0; at < shardRowsMax + 2000; at++) {
      key.writeUInt32LE(at);
      countsOf(table.shard).fold(table.locateHashed(0xabcde000 + (at & 0xfff), key, 0, 4));
    }
    expect(Math.max(...table.shards().map(({ rows }) => rows))).toBe(shardRowsMax + 2000);
    expect(contents(table).size).toBe(shardRowsMax + 2000);
  });

  test('that was packed and unpacked holds the same, under another seed too', () => {
    fc.assert(
      fc.property(fc.array(anyKey, { maxLength: 60 }), (keys) => {
        const table = new ByteTable(cells, exampleSeed);
        for (const key of keys) count(table, key);
        const packer = new Packer();
        const [shard] = table.shards();
        shard!.pack(
          Uint32Array.from({ length: shard!.rows }, (_, row) => row),
          packer,
        );
        const again = new ByteTable(cells, { k0: 1, k1: 2 });
        again.unpack(shard!.rows, new Unpacker(packer.packed()));
        expect([...contents(again)]).toEqual([...contents(table)]);
        expect(again.rows).toBe(table.rows);
      }),
      { numRuns: 50, seed: 7 },
    );
  });
});
