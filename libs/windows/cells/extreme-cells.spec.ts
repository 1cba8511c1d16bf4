/** The least and the greatest value, whatever the order in which values, merges and snapshots come. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ColumnType } from '#columns/types/column-spec';
import { type ExampleValue, exampleColumn } from '../results/example-columns.js';
import { type Extreme, type ExtremeCells, extremeCells } from './extreme-cells.js';
import { Packer, Unpacker } from './packed-bytes.js';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom('', '\u0000', '\uffff', '😀', 'a', 'aa'),
);
const kinds: readonly [ColumnType, fc.Arbitrary<ExampleValue>][] = [
  [{ kind: 'int32' }, fc.integer()],
  [{ kind: 'date' }, fc.integer({ min: -719_162, max: 2_932_896 })],
  [{ kind: 'float64' }, fc.double()],
  [{ kind: 'int64' }, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [{ kind: 'timestamp' }, fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n })],
  [{ kind: 'decimal', precision: 38, scale: 2 }, fc.bigInt({ min: 1n - 10n ** 38n, max: 10n ** 38n - 1n })],
  [{ kind: 'string' }, anyText],
];
const row = 1;

function newCells(fn: Extreme, type: ColumnType): ExtremeCells {
  const cells = extremeCells(fn, type);
  cells.reserve(2);
  return cells;
}

function repacked(cells: ExtremeCells, fn: Extreme, type: ColumnType): ExtremeCells {
  const packer = new Packer();
  cells.pack(Uint32Array.of(0, row), packer);
  const again = newCells(fn, type);
  again.unpack(Uint32Array.of(0, row), new Unpacker(packer.packed()));
  return again;
}

/** By UTF-8, as DuckDB and Delta order text: JavaScript's own order has U+FFFF behind U+10000. */
function isLess(a: ExampleValue, b: ExampleValue): boolean {
  return typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(String(b))) < 0 : a! < b!;
}

function expected(fn: Extreme, values: readonly ExampleValue[]): ExampleValue | undefined {
  const real = values.filter((value) => !Number.isNaN(value));
  return real.reduce<ExampleValue | undefined>(
    (known, value) =>
      known === undefined || (fn === 'min' ? isLess(value, known) : isLess(known, value)) ? value : known,
    undefined,
  );
}

test.each(
  kinds.flatMap(([type, values]) => (['min', 'max'] as const).map((fn) => [fn, type.kind, type, values] as const)),
)('%s of %s', (fn, _, type, values) => {
  fc.assert(
    fc.property(fc.array(fc.array(values, { maxLength: 5 }), { maxLength: 4 }), fc.nat(4), (groups, savedAt) => {
      let cells = newCells(fn, type);
      for (const [at, group] of groups.entries()) {
        const part = newCells(fn, type);
        const column = exampleColumn(type, group);
        for (let i = 0; i < group.length; i++) part.fold(row, column, i);
        cells.merge(row, part, row);
        if (at === savedAt) cells = repacked(cells, fn, type);
      }
      const found = cells.value(row);
      const wanted = expected(fn, groups.flat());
      // Of two zeros either is the least.
      expect(typeof found === 'number' ? found + 0 : found).toEqual(typeof wanted === 'number' ? wanted + 0 : wanted);
      expect(cells.value(0)).toBeUndefined();
      expect(repacked(cells, fn, type).value(row)).toEqual(found);
    }),
    { numRuns: 100, seed: 7 },
  );
});

test('the memory of texts is counted, and given back when a longer one is replaced', () => {
  const cells = newCells('min', { kind: 'string' });
  const column = exampleColumn({ kind: 'string' }, ['z'.repeat(1000), 'a']);
  cells.fold(row, column, 0);
  expect(cells.bytes).toBeGreaterThan(1000);
  cells.fold(row, column, 1);
  expect(cells.bytes).toBeLessThan(100);
});
