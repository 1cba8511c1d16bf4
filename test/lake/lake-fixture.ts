/** A lake in a folder of its own, and what DuckDB reads from its tables. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import pl, { type DataFrame } from 'nodejs-polars';
import type { ColumnSpec } from '#columns/types/column-spec';
import { currentFiles } from '#lake/log/current-files';
import { LakeTable, type LakeTableOptions } from '#lake/table/lake-table';
import { LocalStore } from '#store/local-store';
import type { ObjectStore } from '#store/object-store';

export const eventColumns: readonly ColumnSpec[] = [
  { name: 'id', type: { kind: 'int64' }, nullable: false },
  { name: 'region', type: { kind: 'string' }, nullable: true },
  { name: 'amount', type: { kind: 'decimal', precision: 12, scale: 2 }, nullable: true },
];

export interface Lake {
  readonly store: LocalStore;
  remove(): Promise<void>;
}

export async function makeLake(): Promise<Lake> {
  const folder = await mkdtemp(join(tmpdir(), 'afluente-lake-'));
  return { store: new LocalStore(folder), remove: () => rm(folder, { recursive: true }) };
}

export function openEvents(store: ObjectStore, more: Partial<LakeTableOptions> = {}): Promise<LakeTable> {
  return LakeTable.open({
    store,
    name: 'events',
    columns: eventColumns,
    partitionBy: ['region'],
    engineInfo: 'test',
    ...more,
  });
}

/** Rows `from` to `to`, both included. */
export function eventRows(from: number, to: number): DataFrame {
  const ids = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return pl.DataFrame({
    id: ids,
    region: ids.map((id) => ['north', 'south', 'a b/c=d', null][id % 4] ?? null),
    amount: ids.map((id) => `${id}.05`),
  });
}

/** Every id in the table's current files, sorted, duplicates kept. */
export async function idsIn(store: LocalStore, table = 'events'): Promise<number[]> {
  const files = (await currentFiles(store, table)).map(({ key }) => `'${store.pathOf(key).replaceAll("'", "''")}'`);
  if (files.length === 0) return [];
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const rows = await connection.runAndReadAll(
    `SELECT id::INT FROM read_parquet([${files}], hive_partitioning = false) ORDER BY 1`,
  );
  connection.closeSync();
  instance.closeSync();
  return rows.getRows().map(([id]) => Number(id));
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
