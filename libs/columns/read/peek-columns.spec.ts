/** A peek sees what the builders wrote, wherever the columns stand, and leaves alone what others wrote. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ColumnsBuilder } from '../build/columns-builder.js';
import { Int32Builder, Int64Builder } from '../build/integer-builders.js';
import { StringBuilder } from '../build/string-builder.js';
import { readDataFrame, writeDataFrame } from '../polars/data-frames.js';
import { readColumnsOf } from '../polars/read-columns-of.js';
import type { ColumnSpec, ColumnType } from '../types/column-spec.js';
import { BytesColumn, Int64Column, NumberColumn } from './column-view.js';
import { peekColumns } from './peek-columns.js';

fc.configureGlobal({ seed: 7 });

const others: readonly ColumnType[] = [
  { kind: 'string' },
  { kind: 'binary' },
  { kind: 'int32' },
  { kind: 'float64' },
  { kind: 'bool' },
  { kind: 'date' },
  { kind: 'timestamp' },
  { kind: 'decimal', precision: 12, scale: 2 },
];
const wanted: readonly ColumnSpec[] = [
  { name: 'seq', type: { kind: 'int64' }, nullable: false },
  { name: 'index', type: { kind: 'int32' }, nullable: false },
  { name: 'why', type: { kind: 'string' }, nullable: true },
];
const anyRow = fc.record({
  seq: fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }),
  index: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  why: fc.string({ unit: 'grapheme' }),
});

interface Row {
  readonly seq: number;
  readonly index: number;
  readonly why: string;
}

/** A file with these rows, and other columns, all null, before and behind. */
function fileOf(rows: readonly Row[], before: readonly ColumnType[], behind: readonly ColumnType[]): Uint8Array {
  const more = (types: readonly ColumnType[], prefix: string): ColumnSpec[] =>
    types.map((type, i) => ({ name: `${prefix}${i}`, type, nullable: true }));
  const columns = [...more(before, 'a'), ...wanted, ...more(behind, 'z')];
  const frame = new ColumnsBuilder(columns);
  for (const row of rows) {
    frame.column('seq', Int64Builder).append(row.seq);
    frame.column('index', Int32Builder).append(row.index);
    frame.column('why', StringBuilder).append(row.why);
    for (const [at, { name }] of columns.entries()) if (/^[az]/.test(name)) frame.builder(at).appendNull();
    frame.endRow();
  }
  return frame.finish();
}

describe('a peek into a file', () => {
  test('sees numbers and texts of every row', () => {
    fc.assert(
      fc.property(
        fc.array(anyRow, { minLength: 1, maxLength: 30 }),
        fc.subarray([...others]),
        fc.subarray([...others]),
        (rows, before, behind) => {
          const columns = peekColumns(fileOf(rows, before, behind))!;
          const [seq, index, why] = [columns.int64('seq'), columns.int32('index'), columns.text('why')];
          expect(
            Array.from({ length: columns.rows }, (_, row) => ({ seq: seq(row), index: index(row), why: why(row) })),
          ).toEqual(rows);
        },
      ),
    );
  });

  test('works where the file begins at an odd place of its memory', () => {
    const file = fileOf([{ seq: 7, index: 1, why: 'x' }], [{ kind: 'bool' }], []);
    const memory = new Uint8Array(file.length + 3);
    memory.set(file, 3);
    expect(peekColumns(memory.subarray(3))!.int64('seq')(0)).toBe(7);
  });

  test('says which columns there are when one is asked for that is not', () => {
    expect(() => peekColumns(fileOf([{ seq: 7, index: 1, why: 'x' }], [], []))!.int64('none')).toThrow(
      'no column none among seq, index, why',
    );
  });

  test('sees nothing in a compressed file; there a few columns are decoded', () => {
    const rows = [
      { seq: 7, index: 1, why: 'x' },
      { seq: 8, index: 2, why: 'y' },
    ];
    const compressed = writeDataFrame(readDataFrame(fileOf(rows, [...others], [...others])), 'lz4');
    expect(peekColumns(compressed)).toBeUndefined();
    const columns = readColumnsOf(compressed, ['why', 'seq', 'index']);
    expect(
      rows.map((_, row) => ({
        seq: columns.column('seq', Int64Column).number(row),
        index: columns.column('index', NumberColumn).number(row),
        why: columns.column('why', BytesColumn).text(row),
      })),
    ).toEqual(rows);
    expect(() => readColumnsOf(compressed, ['none'])).toThrow(/could not be read/);
  });
});
