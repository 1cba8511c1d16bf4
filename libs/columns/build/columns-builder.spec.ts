/** Frames give back every value, through apache-arrow and polars. */
import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { RecordBatchFileWriter, tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import pl from 'nodejs-polars';
import { BoolColumn, BytesColumn, DecimalColumn, Int64Column, NumberColumn } from '../read/column-view.js';
import { readColumns } from '../read/read-columns.js';
import type { ColumnSpec } from '../types/column-spec.js';
import { BinaryBuilder } from './binary-builder.js';
import { BoolBuilder } from './bool-builder.js';
import { ColumnsBuilder } from './columns-builder.js';
import { DecimalBuilder } from './decimal-builder.js';
import { Float64Builder } from './float-builder.js';
import { Int32Builder, Int64Builder } from './integer-builders.js';
import { StringBuilder } from './string-builder.js';

fc.configureGlobal({ seed: 1 });

const columns: ColumnSpec[] = [
  { name: 's', type: { kind: 'string' }, nullable: true },
  { name: 'b', type: { kind: 'binary' }, nullable: true },
  { name: 'i', type: { kind: 'int32' }, nullable: true },
  { name: 'l', type: { kind: 'int64' }, nullable: true },
  { name: 'f', type: { kind: 'float64' }, nullable: true },
  { name: 'o', type: { kind: 'bool' }, nullable: true },
  { name: 'd', type: { kind: 'date' }, nullable: true },
  { name: 't', type: { kind: 'timestamp' }, nullable: true },
  { name: 'm', type: { kind: 'decimal', precision: 38, scale: 3 }, nullable: true },
];

interface Row {
  s: string | null;
  b: Uint8Array | null;
  i: number | null;
  l: bigint | null;
  f: number | null;
  o: boolean | null;
  d: number | null;
  t: number | null;
  m: bigint | null;
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 4 });
const ten38 = 10n ** 38n;
const anyRow: fc.Arbitrary<Row> = fc.record({
  s: maybe(fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 18, maxLength: 60 }))),
  b: maybe(fc.uint8Array({ maxLength: 100 })),
  i: maybe(fc.integer()),
  l: maybe(fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.maxSafeInteger().map(BigInt))),
  f: maybe(fc.double({ noNaN: true })),
  o: maybe(fc.boolean()),
  d: maybe(fc.integer({ min: -700_000, max: 2_900_000 })),
  t: maybe(fc.maxSafeInteger()),
  m: maybe(fc.oneof(fc.bigInt({ min: 1n - ten38, max: ten38 - 1n }), fc.maxSafeInteger().map(BigInt))),
});

function fill(frame: ColumnsBuilder, rows: readonly Row[]): void {
  const put = <T>(builder: { appendNull(): void }, value: T | null, append: (value: T) => void): void =>
    value === null ? builder.appendNull() : append(value);
  const s = frame.column('s', StringBuilder);
  const b = frame.column('b', BinaryBuilder);
  const i = frame.column('i', Int32Builder);
  const l = frame.column('l', Int64Builder);
  const f = frame.column('f', Float64Builder);
  const o = frame.column('o', BoolBuilder);
  const d = frame.column('d', Int32Builder);
  const t = frame.column('t', Int64Builder);
  const m = frame.column('m', DecimalBuilder);
  const safe = (value: bigint): boolean => Number.isSafeInteger(Number(value));
  for (const row of rows) {
    put(s, row.s, (v) => s.append(v));
    put(b, row.b, (v) => b.append(v));
    put(i, row.i, (v) => i.append(v));
    put(l, row.l, (v) => (safe(v) ? l.append(Number(v)) : l.appendBigInt(v)));
    put(f, row.f, (v) => f.append(v));
    put(o, row.o, (v) => o.append(v));
    put(d, row.d, (v) => d.append(v));
    put(t, row.t, (v) => t.append(v));
    put(m, row.m, (v) => (safe(v) ? m.append(Number(v)) : m.appendBigInt(v)));
    frame.endRow();
  }
}

function read(bytes: Uint8Array): Row[] {
  const frame = readColumns(bytes);
  const s = frame.column('s', BytesColumn);
  const b = frame.column('b', BytesColumn);
  const i = frame.column('i', NumberColumn);
  const l = frame.column('l', Int64Column);
  const f = frame.column('f', NumberColumn);
  const o = frame.column('o', BoolColumn);
  const d = frame.column('d', NumberColumn);
  const t = frame.column('t', Int64Column);
  const m = frame.column('m', DecimalColumn);
  return Array.from({ length: frame.rows }, (_, row) => ({
    s: s.isNull(row) ? null : s.text(row),
    b: b.isNull(row) ? null : Uint8Array.from(b.bytes(row)),
    i: i.isNull(row) ? null : i.number(row),
    l: l.isNull(row) ? null : l.bigint(row),
    f: f.isNull(row) ? null : f.number(row),
    o: o.isNull(row) ? null : o.value(row),
    d: d.isNull(row) ? null : d.number(row),
    t: t.isNull(row) ? null : t.number(row),
    m: m.isNull(row) ? null : m.units(row),
  }));
}

describe('a frame of columns', () => {
  const shared = new ColumnsBuilder(columns);
  const frameOf = (rows: readonly Row[]): Uint8Array => {
    shared.reset();
    fill(shared, rows);
    return shared.finish();
  };

  test('gives back every value of every type, whatever was in the builder before', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 40 }), (rows) => {
        expect(read(frameOf(rows))).toEqual(rows);
      }),
      { numRuns: 150 },
    );
  });

  test('survives polars: read and written again it holds the same values', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1, maxLength: 20 }), (rows) => {
        const again = pl.readIPC(Buffer.from(frameOf(rows))).writeIPC();
        expect(read(again)).toEqual(rows);
      }),
      { numRuns: 25 },
    );
  });

  test('keeps what it returned when the builder is used again', () => {
    const rows = fc.sample(anyRow, { numRuns: 30, seed: 1 });
    const bytes = frameOf(rows);
    const before = Uint8Array.from(bytes);
    frameOf(fc.sample(anyRow, { numRuns: 300, seed: 2 }));
    expect(Buffer.compare(bytes, before)).toBe(0);
  });

  test('grows past its first room', () => {
    const rows = fc.sample(anyRow, { numRuns: 3000, seed: 3 });
    expect(read(frameOf(rows))).toEqual(rows);
  });

  test('reads bytes that start at an odd address', () => {
    const rows = fc.sample(anyRow, { numRuns: 20, seed: 4 });
    const bytes = frameOf(rows);
    const odd = new Uint8Array(bytes.length + 3).subarray(3);
    odd.set(bytes);
    expect(read(odd)).toEqual(rows);
  });

  test('reads several record batches as one column', () => {
    const parts = [5, 0, 11, 9].map((numRuns, seed) => (numRuns === 0 ? [] : fc.sample(anyRow, { numRuns, seed })));
    const writer = new RecordBatchFileWriter();
    for (const rows of parts)
      for (const batch of tableFromIPC(frameOf(rows) as Uint8Array<ArrayBuffer>).batches) writer.write(batch);
    expect(read(writer.finish().toUint8Array(true))).toEqual(parts.flat());
  });

  test('reads a slice of a polars frame', () => {
    const rows = fc.sample(anyRow, { numRuns: 50, seed: 5 });
    const slice = pl
      .readIPC(Buffer.from(frameOf(rows)))
      .slice(13, 21)
      .writeIPC();
    expect(read(slice)).toEqual(rows.slice(13, 34));
  });

  test('estimates its size within a tenth', () => {
    const rows = fc.sample(anyRow, { numRuns: 2000, seed: 6 });
    const bytes = frameOf(rows).length;
    expect(Math.abs(shared.bytes - bytes)).toBeLessThan(bytes / 10);
    shared.reset();
    expect(Math.abs(shared.bytes - shared.finish().length)).toBeLessThan(700);
  });

  test('refuses a column with a missing value, a wrong builder and an unknown column', () => {
    const builder = new ColumnsBuilder(columns);
    builder.endRow();
    expect(() => builder.finish()).toThrow('column s has 0 values for 1 rows');
    expect(() => builder.column('s', BinaryBuilder)).toThrow('column s is a string column');
    expect(() => builder.column('x', BinaryBuilder)).toThrow('column x does not exist');
    expect(() => readColumns(Buffer.from('not arrow'))).toThrow('not an Arrow IPC file');
  });
});
