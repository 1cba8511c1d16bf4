/** Reads a lake back with DuckDB, as its users would. */
import type { PlainValue } from '#duckdb/plain-converter';
import { LakeDatabase } from '#duckdb/query-lake';
import { openStore, type StoreOptions } from '#store/open-store';
import type { Example, RunOptions, Verdict } from '../../../examples/example.js';

export type Row = Readonly<Record<string, PlainValue>>;
export type Ask = (sql: string) => Promise<readonly Row[]>;

/** Calls `work` with a function that runs SQL over the tables of the lake. */
export async function withLake<Result>(
  url: string,
  work: (ask: Ask) => Promise<Result>,
  options: StoreOptions = {},
): Promise<Result> {
  const store = await openStore(url, options);
  const session = await LakeDatabase.open({ store });
  try {
    return await work(async (sql) => {
      const { columns, rows } = await session.query(sql);
      return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null])));
    });
  } finally {
    await session.close();
    await store.close();
  }
}

/** The example's own check of its lake. */
export function checkLake(example: Example, run: RunOptions, url: string, options?: StoreOptions): Promise<Verdict> {
  return withLake(url, (ask) => example.check(run, ask), options);
}
