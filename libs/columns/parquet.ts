/** Data frames on their way into Parquet files: conformed to a specification, split by partition, measured, encoded. */
import pl, { type DataFrame, type Expr } from 'nodejs-polars';
import type { ColumnSpec, ColumnType } from './column-spec.js';
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

/** The rows of one hive partition. */
export interface FramePart {
  /** Exact text of each partition column's value; null for null. */
  readonly values: readonly (string | null)[];
  /** Without the partition columns. */
  readonly df: DataFrame;
}

/** Rows that do not have the columns, or the values, that the specification asks for. */
export class ConformError extends Error {
  override readonly name = 'ConformError';
}

// A polars expression costs milliseconds to build, so there is at most one for each specification; the rest is SQL text.
const toUtcBySpec = new WeakMap<readonly ColumnSpec[], Expr>();

/**
 * Selects the specified columns in order and casts them; a value that does not fit its type is an error, never null.
 * Takes datetimes of any unit, epoch us as int64 for timestamps, and decimals as text (digits beyond the scale are rounded).
 */
export function conform(df: DataFrame, columns: readonly ColumnSpec[]): DataFrame {
  const casts = columns.map(({ name, type }) => `${cast(quoteName(name), type)} AS ${quoteName(name)}`);
  try {
    const rows = runSql(`SELECT ${casts.join(', ')} FROM t`, { t: df });
    return columns.some(isTimestamp) ? rows.withColumns(toUtc(columns)) : rows;
  } catch (cause) {
    const wanted = columns.map((c) => `${c.name} ${c.type.kind}`).join(', ');
    const detail = String(cause).split('\n')[0];
    throw new ConformError(`Rows with the columns [${df.columns.join(', ')}] cannot become [${wanted}]: ${detail}`, { cause });
  }
}

/** One Parquet file: zstd, statistics for each row group, row groups of about 300,000 rows. */
export function toParquet(df: DataFrame): Buffer {
  return df.writeParquet({ compression: 'zstd' });
}

/** `df` must be conformed to `columns`. */
export function columnStats(df: DataFrame, columns: readonly ColumnSpec[]): ColumnMeasure[] {
  const measures = columns.flatMap(({ name, type }, i) => measure(quoteName(name), type, i));
  const [row = {}] = runSql(`SELECT ${measures.join(', ')} FROM t`, { t: df }).toRecords();
  return columns.map(({ name, type }, i) => ({ name, type, nullCount: df.height - Number(row[`n${i}`]), ...extremes(row, i) }));
}

/** Splits conformed rows by the values of `by`, keeping the order of rows; `by` are the partition columns' specifications. */
export function splitByPartition(df: DataFrame, by: readonly ColumnSpec[]): FramePart[] {
  if (by.length === 0) return [{ values: [], df }];
  const names = by.map((c) => c.name);
  const texts = by.map(({ name, type }, i) => `${text(quoteName(name), type)} AS v${i}`).join(', ');
  return df.partitionBy(names, true).map((part) => {
    const [row = {}] = runSql(`SELECT ${texts} FROM t`, { t: part.head(1) }).toRecords();
    return { values: by.map((_, i) => knownText(row[`v${i}`]) ?? null), df: part.drop(names) };
  });
}

/** `n`: values; `lo`, `hi`: the extremes; `sum`: finite only without NaN, which polars leaves out of the extremes. */
function measure(column: string, type: ColumnType, i: number): string[] {
  const count = `COUNT(${column}) AS n${i}`;
  if (type.kind === 'binary') return [count];
  const bounds = [`${text(`MIN(${column})`, type)} AS lo${i}`, `${text(`MAX(${column})`, type)} AS hi${i}`];
  return [count, ...bounds, ...(type.kind === 'float64' ? [`${text(`SUM(${column})`, type)} AS sum${i}`] : [])];
}

function extremes(row: Readonly<Record<string, unknown>>, i: number): { min: string | undefined; max: string | undefined } {
  const sum = knownText(row[`sum${i}`]);
  if (sum !== undefined && !Number.isFinite(Number(sum))) return { min: undefined, max: undefined };
  return { min: knownText(row[`lo${i}`]), max: knownText(row[`hi${i}`]) };
}

function knownText(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}

function text(sql: string, type: ColumnType): string {
  if (type.kind === 'string') return sql;
  return `CAST(${type.kind === 'timestamp' ? `CAST(${sql} AS BIGINT)` : sql} AS VARCHAR)`;
}

function isTimestamp({ type }: ColumnSpec): boolean {
  return type.kind === 'timestamp';
}

/** The SQL dialect has no timestamps with a time zone. */
function toUtc(columns: readonly ColumnSpec[]): Expr {
  const known = toUtcBySpec.get(columns);
  if (known) return known;
  const names = columns.filter(isTimestamp).map((c) => c.name);
  const expr = pl.col(names).cast(pl.Datetime('us', 'UTC'), true);
  toUtcBySpec.set(columns, expr);
  return expr;
}

/** Binary stays as it is: polars' JavaScript side cannot name it, but carries it through. */
function cast(sql: string, type: ColumnType): string {
  switch (type.kind) {
    case 'binary':
    case 'timestamp':
      return sql;
    case 'string':
      return `CAST(${sql} AS VARCHAR)`;
    case 'int32':
      return `CAST(${sql} AS INTEGER)`;
    case 'int64':
      return `CAST(${sql} AS BIGINT)`;
    case 'float64':
      return `CAST(${sql} AS DOUBLE)`;
    case 'bool':
      return `CAST(${sql} AS BOOLEAN)`;
    case 'date':
      return `CAST(${sql} AS DATE)`;
    case 'decimal':
      return `CAST(${sql} AS DECIMAL(${type.precision},${type.scale}))`;
  }
}
