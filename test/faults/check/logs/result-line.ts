/** One line of a results log as a row, its measures as the oracle writes them. */
import type { ResultRow } from '../rows/row-types.js';

interface Line {
  readonly window_start: string;
  readonly customer?: string | null;
  readonly region?: string | null;
  readonly revision: number;
  readonly [measure: string]: string | number | null | undefined;
}

const shapes: Readonly<Record<string, { readonly key: 'customer' | 'region'; readonly measures: readonly string[] }>> =
  {
    by_customer: { key: 'customer', measures: ['orders', 'pieces', 'newest'] },
    by_region: { key: 'region', measures: ['orders', 'revenue', 'customers'] },
  };

export function resultLine(window: string, line: string): ResultRow {
  const shape = shapes[window];
  if (!shape) throw new Error(`there is no window ${window} in the workload`);
  const row = JSON.parse(line) as Line;
  return {
    window,
    startMs: Date.parse(row.window_start),
    key: row[shape.key] ?? null,
    revision: Number(row.revision),
    values: shape.measures.map((measure) => String(row[measure])).join('|'),
  };
}
