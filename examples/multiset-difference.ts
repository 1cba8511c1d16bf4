/** Compares two lists of ids inside DuckDB, counting how often each stands in either. */
import type { Query } from './example.js';

export interface Difference {
  readonly lost: number;
  readonly extra: number;
  /** One sentence for each kind of difference, with up to five of the ids. */
  readonly sentences: readonly string[];
}

/** Both queries give one text column `id`. An id that is due twice and there once is lost once. */
export async function multisetDifference(query: Query, what: string, dueSql: string, thereSql: string): Promise<Difference> {
  const [row] = await query(`
    WITH balance AS (
      SELECT id, sum(n) AS n
      FROM (SELECT id, 1 AS n FROM (${dueSql}) UNION ALL SELECT id, -1 AS n FROM (${thereSql}))
      GROUP BY id HAVING sum(n) <> 0)
    SELECT
      CAST(coalesce(sum(n) FILTER (n > 0), 0) AS DOUBLE) AS lost,
      CAST(coalesce(-sum(n) FILTER (n < 0), 0) AS DOUBLE) AS extra,
      array_to_string((array_agg(id ORDER BY id) FILTER (n > 0))[1:5], '; ') AS lost_ids,
      array_to_string((array_agg(id ORDER BY id) FILTER (n < 0))[1:5], '; ') AS extra_ids
    FROM balance`);
  const lost = Number(row?.['lost'] ?? 0);
  const extra = Number(row?.['extra'] ?? 0);
  return { lost, extra, sentences: [...sentence(what, 'lost', lost, row?.['lost_ids']), ...sentence(what, 'extra', extra, row?.['extra_ids'])] };
}

function sentence(what: string, kind: string, rows: number, ids: unknown): string[] {
  return rows === 0 ? [] : [`${what}: ${rows} ${kind}, e.g. ${String(ids)}`];
}
