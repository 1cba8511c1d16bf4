/** A lake of DuckDB tables in memory, for tests of the checks. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Query } from './example.js';

export interface MemoryLake {
  readonly query: Query;
  run(sql: string): Promise<void>;
  count(table: string): Promise<number>;
  /** Makes a table of rows; columns and types as DuckDB reads them from JSON, ids and prices as text. */
  table(name: string, rows: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  close(): void;
}

export async function memoryLake(): Promise<MemoryLake> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const folder = mkdtempSync(join(tmpdir(), 'afluente-lake-'));
  const query: Query = async (sql) => (await connection.runAndReadAll(sql)).getRowObjects();
  const run = async (sql: string): Promise<void> => {
    await connection.run(sql);
  };
  await run(`SET TimeZone = 'UTC'`);
  return {
    query,
    run,
    count: async (table) => Number((await query(`SELECT count(*) AS n FROM ${table}`))[0]?.['n']),
    table: async (name, rows) => {
      const path = join(folder, `${name}.ndjson`);
      writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'));
      await run(
        `CREATE TABLE ${name} AS SELECT * FROM read_json('${path}', format = 'newline_delimited', sample_size = -1)`,
      );
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
      rmSync(folder, { recursive: true });
    },
  };
}
