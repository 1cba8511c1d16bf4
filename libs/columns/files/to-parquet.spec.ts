/** Parquet files as DuckDB reads them, and measures as DuckDB takes them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from '@jest/globals';
import { Binary, Table, tableToIPC, Uint32, vectorFromArray } from 'apache-arrow';
import pl, { type DataFrame } from 'nodejs-polars';
import { ConformError, conform } from '../casts/conform.js';
import type { ColumnSpec } from '../types/column-spec.js';
import { columnStats } from './column-stats.js';
import { splitByPartition } from './split-by-partition.js';
import { toParquet } from './to-parquet.js';

const spec = (name: string, type: ColumnSpec['type']): ColumnSpec => ({ name, type, nullable: true });
const columns: readonly ColumnSpec[] = [
  spec('id', { kind: 'int64' }),
  spec('small', { kind: 'int32' }),
  spec('name', { kind: 'string' }),
  spec('price', { kind: 'decimal', precision: 20, scale: 2 }),
  spec('at', { kind: 'timestamp' }),
  spec('day', { kind: 'date' }),
  spec('ratio', { kind: 'float64' }),
  spec('ok', { kind: 'bool' }),
];

function frame(): DataFrame {
  return pl.DataFrame({
    ok: [true, null, false],
    ratio: [0.5, -1.25, null],
    day: [19_782, null, 19_000],
    at: [1_700_000_000_123_456, -1, null],
    price: ['12.30', '900719925474099301.25', null],
    name: ['b', '', 'água'],
    small: [1, 2, null],
    id: [3, 1, 2],
    extra: ['x', 'y', 'z'],
  });
}

async function duck(bytes: Buffer, sql: (file: string) => string): Promise<unknown[]> {
  const folder = await mkdtemp(join(tmpdir(), 'afluente-parquet-'));
  const file = join(folder, 'x.parquet');
  await writeFile(file, bytes);
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(sql(`read_parquet('${file}')`));
  connection.closeSync();
  instance.closeSync();
  await rm(folder, { recursive: true });
  return result.getRowObjectsJson();
}

describe('Parquet files', () => {
  test('have exactly the specified columns, types and order', async () => {
    const bytes = toParquet(conform(frame(), columns));
    const described = await duck(bytes, (t) => `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${t})`);
    expect(described.map((d) => Object.values(d as object).join(' '))).toEqual([
      'id BIGINT',
      'small INTEGER',
      'name VARCHAR',
      'price DECIMAL(20,2)',
      'at TIMESTAMP WITH TIME ZONE',
      'day DATE',
      'ratio DOUBLE',
      'ok BOOLEAN',
    ]);
  });

  test('keep decimals and microseconds exact', async () => {
    const rows = await duck(
      toParquet(conform(frame(), columns)),
      (t) => `SELECT price::TEXT AS p, epoch_us("at")::TEXT AS a FROM ${t}`,
    );
    expect(rows).toEqual([
      { p: '12.30', a: '1700000000123456' },
      { p: '900719925474099301.25', a: '-1' },
      { p: null, a: null },
    ]);
  });

  test('carry binary columns that JavaScript cannot look into, and unsigned integers as declared', async () => {
    const table = new Table({
      payload: vectorFromArray([Uint8Array.of(255, 0), null], new Binary()),
      n: vectorFromArray([1, 2], new Uint32()),
    });
    const binary: readonly ColumnSpec[] = [spec('n', { kind: 'int32' }), spec('payload', { kind: 'binary' })];
    const df = conform(pl.readIPC(Buffer.from(tableToIPC(table, 'file'))), binary);
    expect(columnStats(df, binary)).toMatchObject([
      { path: ['n'], nullCount: 0, min: '1', max: '2' },
      { path: ['payload'], nullCount: 1, min: undefined, max: undefined },
    ]);
    const rows = await duck(toParquet(df), (t) => `SELECT typeof(n) n, hex(payload) p FROM ${t}`);
    expect(rows).toEqual([
      { n: 'INTEGER', p: 'FF00' },
      { n: 'INTEGER', p: null },
    ]);
  });

  test('measure nulls, smallest and largest values as exact text', () => {
    const byName = Object.fromEntries(
      columnStats(conform(frame(), columns), columns).map((m) => [m.path.join('.'), [m.nullCount, m.min, m.max]]),
    );
    expect(byName).toEqual({
      id: [0, '1', '3'],
      small: [1, '1', '2'],
      name: [0, '', 'água'],
      price: [1, '12.30', '900719925474099301.25'],
      at: [1, '-1', '1700000000123456'],
      day: [1, '2022-01-08', '2024-02-29'],
      ratio: [1, '-1.25', '0.5'],
      ok: [1, 'false', 'true'],
    });
  });

  test('measure no order where there is NaN or no value', () => {
    const floats: readonly ColumnSpec[] = [spec('f', { kind: 'float64' }), spec('g', { kind: 'float64' })];
    const df = pl.DataFrame({ f: [1, Number.NaN, 2], g: [null, null, null] });
    expect(columnStats(conform(df, floats), floats)).toMatchObject([
      { nullCount: 0, min: undefined, max: undefined },
      { nullCount: 3, min: undefined, max: undefined },
    ]);
  });

  test('have nulls in nullable columns that were added after they were made', async () => {
    const added: readonly ColumnSpec[] = [
      spec('old', { kind: 'int64' }),
      ...columns,
      spec('raw', { kind: 'binary' }),
    ].map((column) => ({ ...column, nullable: true }));
    const bytes = toParquet(conform(pl.DataFrame({ old: [1, 2] }), added));
    const names = added.slice(1).map(({ name }) => `"${name}" IS NULL`);
    expect(await duck(bytes, (t) => `SELECT count(*)::INT AS n FROM ${t} WHERE ${names.join(' AND ')}`)).toEqual([
      { n: 2 },
    ]);
    const types = async (file: Buffer): Promise<unknown[]> =>
      (await duck(file, (t) => `SELECT column_type FROM (DESCRIBE SELECT * FROM ${t})`)).flatMap((row) =>
        Object.values(row as object),
      );
    expect(await types(bytes)).toEqual(['BIGINT', ...(await types(toParquet(conform(frame(), columns)))), 'BLOB']);
  });

  test('refuse values that do not fit, and rows without a column', () => {
    const small: readonly ColumnSpec[] = [{ ...spec('n', { kind: 'int32' }), nullable: false }];
    expect(() => conform(pl.DataFrame({ n: [3_000_000_000] }), small)).toThrow(ConformError);
    expect(() => conform(pl.DataFrame({ m: [1] }), small)).toThrow(/columns \[m\] cannot become \[n int32\]/);
  });

  test('split by partition values, nulls apart, rows in order', () => {
    const by: readonly ColumnSpec[] = [spec('name', { kind: 'string' }), spec('day', { kind: 'date' })];
    const rows = conform(pl.DataFrame({ name: ['a', null, 'a', 'b'], day: [0, 1, 0, null], v: [1, 2, 3, 4] }), [
      ...by,
      spec('v', { kind: 'int32' }),
    ]);
    const parts = splitByPartition(rows, by).map((p) => ({ values: p.values, rows: p.df.toRecords() }));
    expect(parts).toEqual([
      { values: ['a', '1970-01-01'], rows: [{ v: 1 }, { v: 3 }] },
      { values: [null, '1970-01-02'], rows: [{ v: 2 }] },
      { values: ['b', null], rows: [{ v: 4 }] },
    ]);
  });
});
