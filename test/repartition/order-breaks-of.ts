/** Whether a table has taken the rows of each key in the order of the front stream: commit by commit, as its Delta log says. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

interface Entry {
  readonly add?: { readonly path: string };
}

/** @param table folder on disk @returns for how many (key, commit) some row of an earlier front sequence came in a later commit */
export async function orderBreaksOf(table: string): Promise<number> {
  const log = join(table, '_delta_log');
  const files = readdirSync(log)
    .filter((name) => /^\d{20}\.json$/.test(name))
    .sort()
    .flatMap((name, version) =>
      addedBy(join(log, name)).map((path) => ({ path: join(table, decodeURIComponent(path)), version })),
    );
  const instance = await DuckDBInstance.create();
  const db = await instance.connect();
  try {
    const versions = files.map(({ path, version }) => `(${quoted(path)}, ${version})`).join(', ');
    const sql = `
      WITH files(path, version) AS (VALUES ${versions}),
        spans AS (
          SELECT customer, version, min(_seq) AS first, max(_seq) AS last
          FROM read_parquet([${files.map(({ path }) => quoted(path)).join(', ')}], filename = 'path', hive_partitioning = false) JOIN files USING (path)
          GROUP BY ALL)
      SELECT CAST(count(*) AS INTEGER) AS breaks
      FROM (SELECT first, max(last) OVER (PARTITION BY customer ORDER BY version ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM spans)
      WHERE first < before`;
    const [row] = (await db.runAndReadAll(sql)).getRowObjects();
    return Number(row!['breaks']);
  } finally {
    db.closeSync();
    instance.closeSync();
  }
}

function addedBy(entry: string): string[] {
  return readFileSync(entry, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => (JSON.parse(line) as Entry).add?.path ?? []);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
