/** Data frames on their way into Parquet files: conformed to a specification, split by partition, measured, encoded. */
import pl, { type DataFrame, type DataType, type Expr } from 'nodejs-polars';
import type { ColumnSpec, ColumnType } from './column-spec.js';

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

interface Prepared {
  readonly conform: Expr[];
  readonly measure: Expr[];
  readonly texts: Expr[];
}

// Building an expression costs about a millisecond, so they are built once for each specification.
const preparedBySpec = new WeakMap<readonly ColumnSpec[], Prepared>();

/**
 * Selects the specified columns in order and casts them; a value that does not fit its type is an error, never null.
 * Takes datetimes of any unit, epoch us as int64 for timestamps, and decimals as text (digits beyond the scale are rounded).
 */
export function conform(df: DataFrame, columns: readonly ColumnSpec[]): DataFrame {
  try {
    return df.select(...prepare(columns).conform);
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
  const row: readonly unknown[] = df.select(...prepare(columns).measure).row(0);
  return columns.map(({ name, type }, i) => {
    const [nullCount, min, max, unordered] = row.slice(i * 4, i * 4 + 4);
    const ordered = Number(unordered) === 0;
    return { name, type, nullCount: Number(nullCount), min: textOf(min, ordered), max: textOf(max, ordered) };
  });
}

/** Splits conformed rows by the values of `by`, keeping the order of rows; `by` are the partition columns' specifications. */
export function splitByPartition(df: DataFrame, by: readonly ColumnSpec[]): FramePart[] {
  if (by.length === 0) return [{ values: [], df }];
  const names = by.map((c) => c.name);
  return df.partitionBy(names, true).map((part) => {
    const values: readonly unknown[] = part.head(1).select(...prepare(by).texts).row(0);
    return { values: values.map((v) => (v === null || v === undefined ? null : String(v))), df: part.drop(names) };
  });
}

function prepare(columns: readonly ColumnSpec[]): Prepared {
  const known = preparedBySpec.get(columns);
  if (known) return known;
  const prepared: Prepared = {
    conform: columns.map(({ name, type }) => cast(pl.col(name), type)),
    measure: columns.flatMap(({ name, type }, i) => measure(name, type, i)),
    texts: columns.map(({ name, type }) => text(pl.col(name), type)),
  };
  preparedBySpec.set(columns, prepared);
  return prepared;
}

function cast(column: Expr, type: ColumnType): Expr {
  const to = polarsType(type);
  return to === undefined ? column : column.cast(to, true);
}

function measure(name: string, type: ColumnType, index: number): Expr[] {
  const column = pl.col(name);
  const measures = [column.nullCount(), ...extremes(column, type)];
  return measures.map((expr, i) => expr.alias(`${index}_${i}`));
}

/** Smallest, largest, and how many values are outside their order. */
function extremes(column: Expr, type: ColumnType): Expr[] {
  if (type.kind === 'binary') return [pl.lit(null), pl.lit(null), pl.lit(0)];
  const unordered = type.kind === 'float64' ? column.isNan().sum() : pl.lit(0);
  return [text(column.min(), type), text(column.max(), type), unordered];
}

function text(column: Expr, type: ColumnType): Expr {
  if (type.kind === 'string') return column;
  return (type.kind === 'timestamp' ? column.cast(pl.Int64) : column).cast(pl.Utf8);
}

function textOf(value: unknown, ordered: boolean): string | undefined {
  return ordered && value !== null && value !== undefined ? String(value) : undefined;
}

/** Undefined for binary: polars' JavaScript side cannot name it, but carries it through. */
function polarsType(type: ColumnType): DataType | undefined {
  switch (type.kind) {
    case 'binary':
      return undefined;
    case 'string':
      return pl.Utf8;
    case 'int32':
      return pl.Int32;
    case 'int64':
      return pl.Int64;
    case 'float64':
      return pl.Float64;
    case 'bool':
      return pl.Bool;
    case 'date':
      return pl.Date;
    case 'timestamp':
      return pl.Datetime('us', 'UTC');
    case 'decimal':
      return pl.Decimal(type.precision, type.scale);
  }
}
