/** Rows split by the values of partition columns. */
import type { DataFrame } from 'nodejs-polars';
import { exactText, knownText } from '../polars/exact-text.js';
import { quoteName, runSql } from '../polars/sql.js';
import type { ColumnSpec } from '../types/column-spec.js';

/** The rows of one hive partition. */
export interface FramePart {
  /** Exact text of each partition column's value; null for null. */
  readonly values: readonly (string | null)[];
  /** Without the partition columns. */
  readonly df: DataFrame;
}

/** Splits conformed rows by the values of `by`, keeping the order of rows; `by` are the partition columns' specifications. */
export function splitByPartition(df: DataFrame, by: readonly ColumnSpec[]): FramePart[] {
  if (by.length === 0) return [{ values: [], df }];
  const names = by.map((c) => c.name);
  const texts = by.map(({ name, type }, i) => `${exactText(quoteName(name), type)} AS v${i}`).join(', ');
  return df.partitionBy(names, true).map((part) => {
    const [row = {}] = runSql(`SELECT ${texts} FROM t`, { t: part.head(1) }).toRecords();
    return { values: by.map((_, i) => knownText(row[`v${i}`]) ?? null), df: part.drop(names) };
  });
}
