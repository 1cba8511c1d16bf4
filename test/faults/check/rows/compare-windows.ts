/** Compares published window results with the oracle, and checks that their revisions tell one story. */
import { type Finding, found } from '../findings.js';
import type { ResultRow } from './row-types.js';
import { type OracleResults, resultKey } from './window-oracle.js';

export interface Published {
  /** `gold`, `results logs` */
  readonly where: string;
  /** In the order in which a reader gets them. */
  readonly rows: readonly ResultRow[];
  /** Whether the oldest may be missing, because their log was trimmed. */
  readonly trimmed: boolean;
}

export function* windowFindings(oracle: OracleResults, { where, rows, trimmed }: Published): Generator<Finding> {
  const latest = new Map<string, ResultRow>();
  for (const row of rows) {
    const key = resultKey(row.window, row.startMs, row.key);
    const before = latest.get(key);
    const due = before ? before.revision + 1 : 1;
    if (row.revision !== due && (before || !trimmed))
      yield found('windowDifferences', `${where}: ${key} has revision ${row.revision} where ${due} is due`);
    if (!before || row.revision > before.revision) latest.set(key, row);
  }
  for (const [key, { values, revision }] of latest) {
    const due = oracle.get(key);
    if (due !== values)
      yield found(
        'windowDifferences',
        `${where}: ${key} is ${values} in revision ${revision}, the oracle says ${due ?? 'there is no such window'}`,
      );
  }
  if (trimmed) return;
  for (const key of oracle.keys())
    if (!latest.has(key)) yield found('windowDifferences', `${where}: ${key} is missing`);
}

/** Gold must hold exactly what the results logs publish. */
export function* goldFindings(gold: readonly ResultRow[], logs: readonly ResultRow[]): Generator<Finding> {
  const text = (row: ResultRow): string =>
    `${resultKey(row.window, row.startMs, row.key)} revision ${row.revision}: ${row.values}`;
  const [inGold, inLogs] = [new Set(gold.map(text)), new Set(logs.map(text))];
  for (const row of inLogs) if (!inGold.has(row)) yield found('windowDifferences', `gold lacks ${row}`);
  for (const row of inGold) if (!inLogs.has(row)) yield found('windowDifferences', `gold has ${row}, which no log has`);
}
