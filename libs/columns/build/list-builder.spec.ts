/** Columns of lists: through apache-arrow, polars and Parquet they hold the same small rows. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { conform } from '../casts/conform.js';
import { columnStats } from '../files/column-stats.js';
import { splitByPartition } from '../files/split-by-partition.js';
import { toParquet } from '../files/to-parquet.js';
import { concatDataFrames, emptyDataFrame, readDataFrame, rowCount } from '../polars/data-frames.js';
import type { ColumnSpec } from '../types/column-spec.js';
import { ColumnsBuilder } from './columns-builder.js';
import { Int32Builder } from './integer-builders.js';
import { ListBuilder } from './list-builder.js';
import type { StringBuilder } from './string-builder.js';
import type { StructBuilder } from './struct-builder.js';

fc.configureGlobal({ seed: 1 });

type Item = readonly [name: string, value: string | null];
type Row = readonly Item[] | null;

const list: ColumnSpec = {
  name: 'h',
  type: {
    kind: 'list',
    item: {
      nullable: false,
      type: {
        kind: 'struct',
        fields: [
          { name: 'name', type: { kind: 'string' }, nullable: false },
          { name: 'value', type: { kind: 'string' }, nullable: true },
        ],
      },
    },
  },
  nullable: true,
};
const id: ColumnSpec = { name: 'id', type: { kind: 'int32' }, nullable: false };
const columns: readonly ColumnSpec[] = [id, list, { ...id, name: 'behind' }];
const builder = new ColumnsBuilder(columns);

function encode(rows: readonly Row[]): Uint8Array {
  builder.reset();
  const lists = builder.column('h', ListBuilder);
  const items = lists.items as StructBuilder<StringBuilder>;
  const [names, values] = items.children;
  for (const [at, row] of rows.entries()) {
    for (const name of ['id', 'behind']) builder.column(name, Int32Builder).append(at);
    for (const [name, value] of row ?? []) {
      names!.appendUtf8(Buffer.from(`-${name}`), 1, 1 + Buffer.byteLength(name));
      if (value === null) values!.appendNull();
      else values!.append(value);
      items.endStruct();
    }
    if (row === null) lists.appendNull();
    else lists.endList();
    builder.endRow();
  }
  return builder.finish();
}

function decode(bytes: Uint8Array): Row[] {
  const table = tableFromIPC(bytes as Uint8Array<ArrayBuffer>);
  expect(Array.from(table.getChild('behind')!)).toEqual(Array.from({ length: table.numRows }, (_, at) => at));
  return Array.from(
    table.getChild('h')!,
    (items: Iterable<{ name: string; value: string | null }> | null) =>
      items && Array.from(items, ({ name, value }) => [name, value] as const),
  );
}

async function duck(bytes: Buffer, sql: string): Promise<unknown[]> {
  const folder = await mkdtemp(join(tmpdir(), 'afluente-lists-'));
  await writeFile(join(folder, 'x.parquet'), bytes);
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const rows = (
    await connection.runAndReadAll(sql.replace('FILE', `read_parquet('${join(folder, 'x.parquet')}')`))
  ).getRowObjectsJson();
  connection.closeSync();
  instance.closeSync();
  await rm(folder, { recursive: true });
  return rows;
}

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const anyRow: fc.Arbitrary<Row> = fc.option(
  fc.array(
    fc.tuple(text, fc.option(text, { nil: null })).map((item): Item => item),
    { maxLength: 5 },
  ),
  { freq: 5 },
);

test('gives back every list, also through polars', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 30 }), (rows) => {
      const bytes = encode(rows);
      expect(decode(bytes)).toEqual(rows);
      if (rows.length > 0) expect(decode(readDataFrame(bytes).writeIPC())).toEqual(rows);
    }),
    { numRuns: 60 },
  );
});

test('grows past its first room, and knows its size', () => {
  const rows = fc.sample(anyRow, { numRuns: 3_000, seed: 3 });
  const bytes = encode(rows);
  expect(decode(bytes)).toEqual(rows);
  expect(Math.abs(builder.bytes - bytes.length)).toBeLessThan(bytes.length / 20);
});

test('takes four bytes a row while all lists are empty', () => {
  const bytesOf = (rows: number): number => encode(Array.from({ length: rows }, () => [])).length;
  expect(bytesOf(10_000) - bytesOf(5_000)).toBe(5_000 * (4 + 8));
});

test('is conformed, split, stacked, and written to Parquet as a list of structs', async () => {
  const rows: Row[] = [
    [
      ['a', '1'],
      ['a', null],
    ],
    [],
    null,
  ];
  const df = conform(
    concatDataFrames([readDataFrame(encode(rows)), conform(readDataFrame(encode(rows)), columns)]),
    columns,
  );
  const parquet = toParquet(df);
  expect(await duck(parquet, 'SELECT typeof(h) AS t, to_json(h)::VARCHAR AS h FROM FILE ORDER BY id LIMIT 5')).toEqual([
    ...Array.from({ length: 2 }, () => ({
      t: 'STRUCT("name" VARCHAR, "value" VARCHAR)[]',
      h: '[{"name":"a","value":"1"},{"name":"a","value":null}]',
    })),
    ...Array.from({ length: 2 }, () => ({ t: 'STRUCT("name" VARCHAR, "value" VARCHAR)[]', h: '[]' })),
    { t: 'STRUCT("name" VARCHAR, "value" VARCHAR)[]', h: null },
  ]);
  expect(columnStats(df, [list])).toMatchObject([{ path: ['h'], nullCount: 2, min: undefined, max: undefined }]);
  expect(splitByPartition(df, [id]).map((part) => [part.values, rowCount(part.df)])).toEqual([
    [['0'], 2],
    [['1'], 2],
    [['2'], 2],
  ]);
});

test('is missing where rows were made before it was added', async () => {
  const old = new ColumnsBuilder([id]);
  old.column('id', Int32Builder).append(7);
  old.endRow();
  const [rows] = await duck(
    toParquet(conform(readDataFrame(old.finish()), [id, list])),
    'SELECT id, h IS NULL AS missing, typeof(h) AS t FROM FILE',
  );
  expect(rows).toEqual({ id: 7, missing: true, t: 'STRUCT("name" VARCHAR, "value" VARCHAR)[]' });
  expect(emptyDataFrame(columns).columns).toEqual(['id', 'h', 'behind']);
});
