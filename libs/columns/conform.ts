/** Rows brought to a specification: its columns, in its order, of its types. */
import pl, { type DataFrame, type Expr } from 'nodejs-polars';
import type { ColumnSpec, ColumnType } from './column-spec.js';
import { quoteName, runSql } from './sql.js';

/** Rows that do not have the columns, or the values, that the specification asks for. */
export class ConformError extends Error {
  override readonly name = 'ConformError';
}

// A polars expression costs milliseconds to build, so there is at most one for each specification; the rest is SQL text.
const toUtcBySpec = new WeakMap<readonly ColumnSpec[], Expr>();

/**
 * Selects the specified columns in order and casts them; a value that does not fit its type is an error, never null.
 * A nullable column that the rows lack becomes null: they were made before it was added.
 * Takes datetimes of any unit, epoch us as int64 for timestamps, and decimals as text (digits beyond the scale are rounded).
 */
export function conform(df: DataFrame, columns: readonly ColumnSpec[]): DataFrame {
  const has = new Set(df.columns);
  const casts = columns.map(({ name, type, nullable }) => `${nullable && !has.has(name) ? absent(type) : cast(quoteName(name), type)} AS ${quoteName(name)}`);
  try {
    const rows = runSql(`SELECT ${casts.join(', ')} FROM t`, { t: df });
    return columns.some(isTimestamp) ? rows.withColumns(toUtc(columns)) : rows;
  } catch (cause) {
    const wanted = columns.map((c) => `${c.name} ${c.type.kind}`).join(', ');
    const detail = String(cause).split('\n')[0];
    throw new ConformError(`Rows with the columns [${df.columns.join(', ')}] cannot become [${wanted}]: ${detail}`, { cause });
  }
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

/** Null of a type; timestamps get theirs with all others. */
function absent(type: ColumnType): string {
  return type.kind === 'binary' ? 'CAST(NULL AS BYTEA)' : cast('NULL', type);
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
