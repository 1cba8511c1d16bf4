/** Compares two lists of ids inside DuckDB, counting how often each stands in either. */
import type { Query } from './example.js';

export interface Difference {
  readonly lost: number;
  readonly extra: number;
  /** One sentence for each kind of difference, with up to five of the ids. */
  readonly sentences: readonly string[];
}

/**
 * Both queries give one text column `id`. An id that is due twice and there once is lost once.
 * Ids are grouped by their 64-bit hashes, which takes a fraction of the memory; texts are read only for what differs.
 */
export async function multisetDifference(
  query: Query,
  what: string,
  dueSql: string,
  thereSql: string,
): Promise<Difference> {
  const both = `SELECT id, 1 AS n FROM (${dueSql}) UNION ALL SELECT id, -1 AS n FROM (${thereSql})`;
  const unbalanced = `SELECT hash(id) AS hash, sum(n) AS n FROM (${both}) GROUP BY hash(id) HAVING sum(n) <> 0`;
  const [row] = await query(`
    SELECT CAST(coalesce(sum(n) FILTER (n > 0), 0) AS DOUBLE) AS lost, CAST(coalesce(-sum(n) FILTER (n < 0), 0) AS DOUBLE) AS extra
    FROM (${unbalanced})`);
  const [lost, extra] = [Number(row?.['lost'] ?? 0), Number(row?.['extra'] ?? 0)];
  if (lost === 0 && extra === 0) return { lost, extra, sentences: [] };
  const [ids] = await query(`
    SELECT array_to_string(min(DISTINCT b.id, 5) FILTER (u.n > 0), '; ') AS lost, array_to_string(min(DISTINCT b.id, 5) FILTER (u.n < 0), '; ') AS extra
    FROM (${both}) b JOIN (${unbalanced}) u ON hash(b.id) = u.hash`);
  return {
    lost,
    extra,
    sentences: [...sentence(what, 'lost', lost, ids?.['lost']), ...sentence(what, 'extra', extra, ids?.['extra'])],
  };
}

function sentence(what: string, kind: string, rows: number, ids: unknown): string[] {
  return rows === 0 ? [] : [`${what}: ${rows} ${kind}, e.g. ${String(ids)}`];
}
