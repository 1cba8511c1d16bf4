/** What a file's statistics are made of: nulls, smallest and largest value of each column. */
import type { DataFrame } from 'nodejs-polars';
import type { ColumnSpec, ColumnType } from './column-spec.js';
import { exactText, knownText } from './exact-text.js';
import { quoteName, runSql } from './sql.js';

/** Smallest and largest value and nulls of one column, as exact text (timestamps: epoch us). */
export interface ColumnMeasure {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullCount: number;
  /** Undefined when all values are null, and for binary columns and floats with NaN, which have no order. */
  readonly min: string | undefined;
  readonly max: string | undefined;
}

/** `df` must be conformed to `columns`. */
export function columnStats(df: DataFrame, columns: readonly ColumnSpec[]): ColumnMeasure[] {
  const measures = columns.flatMap(({ name, type }, i) => measure(quoteName(name), type, i));
  const [row = {}] = runSql(`SELECT ${measures.join(', ')} FROM t`, { t: df }).toRecords();
  return columns.map(({ name, type }, i) => ({ name, type, nullCount: df.height - Number(row[`n${i}`]), ...extremes(row, i) }));
}

/** `n`: values; `lo`, `hi`: the extremes; `sum`: finite only without NaN, which polars leaves out of the extremes. */
function measure(column: string, type: ColumnType, i: number): string[] {
  const count = `COUNT(${column}) AS n${i}`;
  if (type.kind === 'binary') return [count];
  const bounds = [`${exactText(`MIN(${column})`, type)} AS lo${i}`, `${exactText(`MAX(${column})`, type)} AS hi${i}`];
  return [count, ...bounds, ...(type.kind === 'float64' ? [`${exactText(`SUM(${column})`, type)} AS sum${i}`] : [])];
}

function extremes(row: Readonly<Record<string, unknown>>, i: number): { min: string | undefined; max: string | undefined } {
  const sum = knownText(row[`sum${i}`]);
  if (sum !== undefined && !Number.isFinite(Number(sum))) return { min: undefined, max: undefined };
  return { min: knownText(row[`lo${i}`]), max: knownText(row[`hi${i}`]) };
}
