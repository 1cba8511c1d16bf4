/** Compares the latest results of a window with DuckDB's own aggregation. */
import type { Query } from './example.js';
import type { LakeTables } from './lake-tables.js';
import { type Difference, multisetDifference } from './multiset-difference.js';

export interface GoldCheck {
  readonly table: string;
  readonly key: readonly string[];
  /** Measure to SQL type: both sides are cast to it before they are compared. */
  readonly measures: Readonly<Record<string, string>>;
  /** Gives `window_start_us` (epoch microseconds), the key columns and the measures, each (window, key) once. */
  expectedSql(tables: LakeTables): string;
}

export interface GoldResult {
  /** Latest results of all windows. */
  readonly rows: number;
  readonly differences: readonly Difference[];
}

export async function checkGold(query: Query, tables: LakeTables, check: GoldCheck): Promise<GoldResult> {
  const { table, key, measures } = check;
  const texts = Object.fromEntries(key.map((column) => [column, 'VARCHAR']));
  const gold = tables.read(table, {
    window_start: 'TIMESTAMPTZ',
    window_end: 'TIMESTAMPTZ',
    ...texts,
    ...measures,
    revision: 'BIGINT',
  });
  const place = ['window_start', ...key].map((column) => `"${column}"`).join(', ');
  await query(`CREATE OR REPLACE TEMP TABLE _gold AS SELECT *, epoch_us(window_start) AS window_start_us FROM ${gold}`);
  const latest = `SELECT * FROM _gold QUALIFY row_number() OVER (PARTITION BY ${place} ORDER BY revision DESC) = 1`;
  const values = await multisetDifference(query, table, idSql(check, check.expectedSql(tables)), idSql(check, latest));
  const revisions = `SELECT concat_ws(' ', ${place}, revision) AS id FROM _gold`;
  const repeated = await multisetDifference(
    query,
    `${table}, repeated revisions`,
    `SELECT DISTINCT id FROM (${revisions})`,
    revisions,
  );
  const [row] = await query(`SELECT CAST(count(*) AS DOUBLE) AS n FROM (${latest})`);
  await query('DROP TABLE _gold');
  return { rows: Number(row?.['n'] ?? 0), differences: [values, repeated] };
}

/** A whole result as one text, so that a wrong value is a lost row and an extra one. */
function idSql({ key, measures }: GoldCheck, sql: string): string {
  const columns = [
    ...key.map((column) => `"${column}"`),
    ...Object.entries(measures).map(([name, type]) => `CAST("${name}" AS ${type})`),
  ];
  const list = columns.map((column) => `coalesce(CAST(${column} AS VARCHAR), '(null)')`).join(', ');
  return `SELECT concat_ws(' | ', make_timestamp(window_start_us), ${list}) AS id FROM (${sql})`;
}
