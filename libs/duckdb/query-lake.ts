/** SQL over the tables of a lake as they are now: DuckDB with one view for each table. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesOf, readSnapshot } from '#lake/current-files';
import { listTables } from '#lake/list-tables';
import type { ObjectStore } from '#store/object-store';
import { localFiles } from './local-files.js';
import { plainConverter, type PlainValue } from './plain-converter.js';
import { filesSchema, viewStatements, type TableView } from './table-views.js';

/** Entry of a table's metadata: the key columns of a window, comma-separated. */
export const windowKeySetting = 'afluente.windowKey';

export interface LakeQuery {
  readonly store: ObjectStore;
  /** Only these tables; without it every table of the lake. */
  readonly tables?: readonly string[];
  readonly sql: string;
}

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly PlainValue[])[];
}

/** DuckDB's own words about a query it could not run. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/**
 * Tables appear under their names; those with window revisions also as `<name>_latest`, with only the highest
 * revision of each window and key. Files of a remote store are fetched first, only of tables that the query names.
 * Throws `QueryError`, `TableHaltedError`, `MissingFileError` or `StoreError`.
 */
export async function queryLake({ store, tables, sql }: LakeQuery): Promise<QueryResult> {
  const folder = await mkdtemp(join(tmpdir(), 'afluente-query-'));
  try {
    const views = [];
    for (const table of tables ?? (await listTables(store))) views.push(await viewOf(store, table, sql, folder));
    return await runOver(views.filter((v) => v !== undefined), sql, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function viewOf(store: ObjectStore, name: string, sql: string, folder: string): Promise<TableView | undefined> {
  const snapshot = await readSnapshot(store, name);
  if (snapshot === undefined) return undefined;
  const { columns, metadata } = snapshot.state;
  const named = sql.toLowerCase().includes(name.toLowerCase());
  return {
    name,
    columns,
    partitionBy: metadata.partitionColumns,
    files: named ? await localFiles(store, filesOf(name, snapshot), join(folder, name)) : [],
    windowKey: metadata.configuration[windowKeySetting]?.split(',').map((k) => k.trim()).filter((k) => k !== ''),
  };
}

async function runOver(views: readonly TableView[], sql: string, folder: string): Promise<QueryResult> {
  const instance = await DuckDBInstance.create(':memory:', { temp_directory: join(folder, 'spill') });
  const connection = await instance.connect();
  try {
    return await run(connection, views, sql);
  } catch (cause) {
    throw new QueryError(messageOf(cause), { cause });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function run(connection: DuckDBConnection, views: readonly TableView[], sql: string): Promise<QueryResult> {
  await connection.run(`SET TimeZone = 'UTC'; CREATE SCHEMA ${filesSchema}`);
  for (const view of views) {
    for (const statement of viewStatements(view)) await connection.run(statement);
  }
  const result = await connection.runAndReadAll(sql);
  return { columns: result.columnNames(), rows: result.convertRows(plainConverter) };
}

function messageOf(cause: unknown): string {
  const message: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'message') : undefined;
  return typeof message === 'string' ? message : String(cause);
}
