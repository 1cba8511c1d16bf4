/** Sums equal those of BigInt, whatever is added in whatever order, merged, saved or moved. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ColumnType } from '#columns/types/column-spec';
import { exampleColumn } from '../results/example-columns.js';
import { ExactSumCells } from './exact-sum-cells.js';
import { Packer, Unpacker } from './packed-bytes.js';

const decimalMax = 10n ** 38n - 1n;
/** Around the borders of limbs and types lie the carries. */
const nearPowers = (bits: readonly number[]): fc.Arbitrary<bigint> =>
  fc
    .tuple(fc.constantFrom(...bits), fc.integer({ min: -2, max: 2 }), fc.boolean())
    .map(([bit, off, negative]) => (negative ? -1n : 1n) * (2n ** BigInt(bit) + BigInt(off)));
const within = (value: bigint, min: bigint, max: bigint): bigint => (value < min ? min : value > max ? max : value);
const ranges: readonly [ColumnType, bigint, bigint][] = [
  [{ kind: 'int32' }, -(2n ** 31n), 2n ** 31n - 1n],
  [{ kind: 'int64' }, -(2n ** 63n), 2n ** 63n - 1n],
  [{ kind: 'decimal', precision: 38, scale: 4 }, -decimalMax, decimalMax],
];
const addend = fc
  .constantFrom(...ranges)
  .chain(([type, min, max]) =>
    fc
      .oneof(
        fc.bigInt({ min, max }),
        fc.constantFrom(min, max, 0n, -1n, 1n),
        nearPowers([31, 32, 47, 48, 51, 52, 53, 54, 63, 64, 95, 96, 112, 126]),
      )
      .map((value) => ({ type, value: within(value, min, max) })),
  );

const rows = 3;
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('fold' as const), cells: fc.nat(1), row: fc.nat(rows - 1), addend }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('merge' as const),
      cells: fc.nat(1),
      row: fc.nat(rows - 1),
      at: fc.nat(rows - 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('save' as const), cells: fc.nat(1) }) },
);

function newCells(): ExactSumCells {
  const cells = new ExactSumCells();
  cells.reserve(rows);
  return cells;
}

function repacked(cells: ExactSumCells, picked: readonly number[], into = newCells()): ExactSumCells {
  const packer = new Packer();
  cells.pack(Uint32Array.from(picked), packer);
  into.unpack(Uint32Array.from(picked), new Unpacker(packer.packed()));
  return into;
}

const values = (cells: ExactSumCells): (bigint | undefined)[] =>
  Array.from({ length: rows }, (_, row) => cells.value(row));
const fold = (cells: ExactSumCells, row: number, type: ColumnType, value: bigint): void =>
  cells.fold(row, exampleColumn(type, [value]), 0);

describe('an exact sum', () => {
  test('equals that of BigInt, through folds, merges, snapshots and growth', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const both = [newCells(), newCells()];
        const sums = [0, 1].map(() => new Array<bigint>(rows).fill(0n));
        for (const one of steps) {
          const [cells, expected] = [both[one.cells]!, sums[one.cells]!];
          if (one.kind === 'fold') {
            fold(cells, one.row, one.addend.type, one.addend.value);
            expected[one.row]! += one.addend.value;
          } else if (one.kind === 'merge') {
            cells.merge(one.row, both[1 - one.cells]!, one.at);
            expected[one.row]! += sums[1 - one.cells]![one.at]!;
          } else {
            both[one.cells] = repacked(cells, [0, 1, 2]);
            both[one.cells]!.reserve(rows + steps.length);
          }
          expect(both.map(values)).toEqual(sums);
        }
        for (const cells of both)
          for (let row = 0; row < rows; row++)
            if (cells.small(row) !== undefined) expect(BigInt(cells.small(row)!)).toBe(cells.value(row));
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  test('does not depend on the order of merges', () => {
    fc.assert(
      fc.property(fc.array(addend, { minLength: 2, maxLength: 20 }), (addends) => {
        const parts = addends.map(({ type, value }) => {
          const cells = newCells();
          fold(cells, 0, type, value);
          return cells;
        });
        const sumOf = (order: readonly ExactSumCells[]): bigint | undefined => {
          const sum = newCells();
          for (const part of order) sum.merge(1, part, 0);
          return sum.value(1);
        };
        expect(sumOf(parts.toReversed())).toBe(sumOf(parts));
        expect(sumOf(parts)).toBe(addends.reduce((sum, { value }) => sum + value, 0n));
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  test('comes back from beyond int64 and 38 digits', () => {
    const cells = newCells();
    const [, int64, decimal] = ranges.map(([type]) => type) as [ColumnType, ColumnType, ColumnType];
    for (let i = 0; i < 5; i++) fold(cells, 0, int64, 2n ** 63n - 1n);
    expect(cells.value(0)).toBe(5n * (2n ** 63n - 1n));
    for (let i = 0; i < 1000; i++) fold(cells, 0, decimal, decimalMax);
    expect(cells.value(0)).toBe(5n * (2n ** 63n - 1n) + 1000n * decimalMax);
    for (let i = 0; i < 1000; i++) fold(cells, 0, decimal, -decimalMax);
    for (let i = 0; i < 5; i++) fold(cells, 0, int64, -(2n ** 63n - 1n));
    expect(cells.value(0)).toBe(0n);
  });

  test('that has grown beyond all is none any more, nor becomes one again', () => {
    const cells = newCells();
    fold(cells, 0, ranges[2]![0], decimalMax);
    const double = (times: number): void => {
      for (let doubled = 0; doubled < times; doubled++) cells.merge(0, repacked(cells, [0]), 0);
    };
    double(21);
    expect(cells.value(0)).toBe(decimalMax * 2n ** 21n);
    double(9);
    cells.merge(1, repacked(cells, [0]), 0);
    fold(cells, 0, ranges[2]![0], -decimalMax);
    expect([cells.value(0), cells.small(0), cells.value(1), cells.value(2)]).toEqual([
      undefined,
      undefined,
      undefined,
      0n,
    ]);
    expect(values(repacked(cells, [0, 1, 2]))).toEqual([undefined, undefined, 0n]);
  });

  test('saved when it was small replaces one that is large', () => {
    const [small, large] = [newCells(), newCells()];
    fold(small, 1, ranges[0]![0], 7n);
    for (let row = 0; row < rows; row++) fold(large, row, ranges[2]![0], -decimalMax);
    expect(values(repacked(small, [0, 1], large))).toEqual([0n, 7n, -decimalMax]);
  });
});
