/** SQL over the tables of a lake as they are now: DuckDB with one view for each table. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { TableHaltedError } from '#lake/ground/lake-errors';
import { windowKeySetting } from '#lake/ground/window-key';
import { filesOf, readTable } from '#lake/log/current-files';
import { listTables } from '#lake/log/list-tables';
import type { ObjectStore } from '#store/object-store';
import { duckType, foreignDuckType } from './column-types.js';
import { localFiles } from './local-files.js';
import { type PlainValue, plainConverter } from './plain-converter.js';
import { filesSchema, type TableView, viewStatements } from './table-views.js';

export interface LakeQuery {
  readonly store: ObjectStore;
  /** Only these tables; without it every table of the lake. */
  readonly tables?: readonly string[];
  readonly sql: string;
  /** Told of each table that cannot be used, when the query could be answered without it. */
  readonly onUnusable?: (error: TableHaltedError) => void;
  /** For temporary files; default: the system's. */
  readonly folder?: string;
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
export async function queryLake({ store, tables, sql, onUnusable, folder }: LakeQuery): Promise<QueryResult> {
  const isNamed = (table: string): boolean => sql.toLowerCase().includes(table.toLowerCase());
  const unusable: TableHaltedError[] = [];
  const session = await LakeDatabase.open({
    store,
    ...(tables && { tables }),
    ...(folder !== undefined && { folder }),
    needed: isNamed,
    onUnusable: (error) => unusable.push(error),
  });
  try {
    if (session.tables === 0 && unusable.length === 0)
      throw new QueryError(
        `${store.url} holds no tables yet, or is not the lake. Check --lake; tables appear with their first commit.`,
      );
    const result = await session.query(sql);
    for (const error of unusable) onUnusable?.(error);
    return result;
  } catch (error) {
    // DuckDB only knows that there is no such table.
    throw unusable.find(({ table }) => isNamed(table)) ?? error;
  } finally {
    await session.close();
  }
}

export interface LakeDatabaseOptions {
  readonly store: ObjectStore;
  readonly tables?: readonly string[];
  /** Tables whose files are wanted; the others appear without rows. Default: all. */
  readonly needed?: (table: string) => boolean;
  /** Told of tables that cannot be used, which are left out. Default: they are an error. */
  readonly onUnusable?: (error: TableHaltedError) => void;
  /** For temporary files; default: the system's. */
  readonly folder?: string;
}

/** One DuckDB connection over the tables as they were when it was opened; temporary tables live until it is closed. */
export class LakeDatabase {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly folder: string,
    /** How many there are. */
    readonly tables: number,
  ) {}

  static async open({
    store,
    tables,
    needed = () => true,
    onUnusable,
    folder: within = tmpdir(),
  }: LakeDatabaseOptions): Promise<LakeDatabase> {
    const folder = await mkdtemp(join(within, 'afluente-query-'));
    try {
      const views: TableView[] = [];
      for (const table of tables ?? (await listTables(store))) {
        try {
          const view = await viewOf(store, table, needed(table), folder);
          if (view) views.push(view);
        } catch (error) {
          if (!(onUnusable && error instanceof TableHaltedError)) throw error;
          onUnusable(error);
        }
      }
      const instance = await DuckDBInstance.create(':memory:', { temp_directory: join(folder, 'spill') });
      const session = new LakeDatabase(instance, await instance.connect(), folder, views.length);
      await session.#define(views);
      return session;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** @throws QueryError with DuckDB's message, or when there are several statements: of all but one the rows would be lost */
  async query(sql: string): Promise<QueryResult> {
    try {
      const { count } = await this.connection.extractStatements(sql);
      if (count !== 1) throw new Error(`write one statement, not ${count}`);
      const result = await this.connection.runAndReadAll(sql);
      return { columns: result.columnNames(), rows: result.convertRows(plainConverter) };
    } catch (cause) {
      throw new QueryError(messageOf(cause), { cause });
    }
  }

  async close(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #define(views: readonly TableView[]): Promise<void> {
    await this.connection.run(`SET TimeZone = 'UTC'; CREATE SCHEMA ${filesSchema}`);
    for (const view of views) {
      for (const statement of viewStatements(view)) await this.connection.run(statement);
    }
  }
}

async function viewOf(
  store: ObjectStore,
  name: string,
  needed: boolean,
  folder: string,
): Promise<TableView | undefined> {
  const snapshot = await readTable(store, name);
  if (snapshot === undefined) return undefined;
  const { columns, foreign, metadata } = snapshot.state;
  const shown = foreign.flatMap(({ name, type }) => {
    const known = foreignDuckType(type);
    return known === undefined ? [] : [{ name, type: known }];
  });
  return {
    name,
    columns: [...columns.map(({ name, type }) => ({ name, type: duckType(type) })), ...shown],
    partitionBy: metadata.partitionColumns,
    files: needed ? await localFiles(store, filesOf(name, snapshot), join(folder, name)) : [],
    windowKey: metadata.configuration[windowKeySetting]
      ?.split(',')
      .map((k) => k.trim())
      .filter((k) => k !== ''),
  };
}

function messageOf(cause: unknown): string {
  const message: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'message') : undefined;
  return typeof message === 'string' ? message : String(cause);
}
