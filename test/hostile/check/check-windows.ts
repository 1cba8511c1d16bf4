/** Windows of gold, latest revisions, against DuckDB's own sums over silver. */
import type { Findings } from '../findings.js';
import { type Ask, rowsShown } from './lake-question.js';

interface WindowCheck {
  readonly table: string;
  readonly source: string;
  readonly time: string;
  readonly length: string;
  readonly key: string;
  readonly measures: Readonly<Record<string, string>>;
}

const checks: readonly WindowCheck[] = [
  {
    table: 'gold_by_customer_latest',
    source: 'orders',
    time: 'placed_at',
    length: '10 minutes',
    key: 'customer',
    measures: { orders: 'count(*)', pieces: 'sum(pieces::HUGEINT)', total: 'sum(total)', dearest: 'max(price)' },
  },
  {
    table: 'gold_by_region_latest',
    source: 'orders',
    time: 'placed_at',
    length: '10 minutes',
    key: 'region',
    measures: {
      orders: 'count(*)',
      total: 'sum(total)',
      // Null, and named in quarantine, where it leaves 64 bits.
      score:
        'CASE WHEN sum(score::HUGEINT) BETWEEN -9223372036854775808 AND 9223372036854775807 THEN sum(score::HUGEINT) END',
    },
  },
  {
    table: 'gold_by_k_latest',
    source: 'loose',
    time: '"at"',
    length: '1 hour',
    key: 'k',
    measures: { events: 'count(*)', amount: 'sum(amount)' },
  },
];

export async function checkWindows(ask: Ask, findings: Findings): Promise<void> {
  for (const check of checks) {
    const rows = await ask(questionOf(check));
    const n = Number(rows[0]?.['n'] ?? 0);
    if (n > 0)
      for (const [at, row] of rows.entries())
        findings.add('windows', { table: check.table, ...row }, at === 0 ? n - rows.length + 1 : 1);
  }
}

function questionOf({ table, source, time, length, key, measures }: WindowCheck): string {
  const names = Object.keys(measures);
  const differ = names.map((name) => `g.${name}::VARCHAR IS DISTINCT FROM w.${name}::VARCHAR`).join(' OR ');
  return `WITH w AS (SELECT time_bucket(INTERVAL '${length}', ${time}, TIMESTAMPTZ '1970-01-01 00:00:00+00') AS window_start, ${key}, ${names.map((name) => `${measures[name]} AS ${name}`).join(', ')} FROM silver_${source} GROUP BY ALL)
    SELECT coalesce(g.window_start, w.window_start)::VARCHAR AS window, left(coalesce(g.${key}, w.${key})::VARCHAR, 50) AS key, ${names.map((name) => `g.${name}::VARCHAR AS ${name}, w.${name}::VARCHAR AS right_${name}`).join(', ')}, count(*) OVER ()::INT AS n
    FROM ${table} g FULL JOIN w ON g.window_start = w.window_start AND g.${key} IS NOT DISTINCT FROM w.${key}
    WHERE ${differ} LIMIT ${rowsShown}`;
}
