/** Rows brought to a specification: its columns, in its order, of its types. */
import type { DataFrame } from 'nodejs-polars';
import { ColumnsBuilder } from '../build/columns-builder.js';
import { asTimestamps, columnNames, readDataFrame, rowCount } from '../polars/data-frames.js';
import { isExactly, typesIfKnown } from '../polars/describe.js';
import { quoteName, runSql } from '../polars/sql.js';
import { type ColumnSpec, type ColumnType, isNested } from '../types/column-spec.js';
import { typeNameOf } from '../types/type-name.js';
import { exactWhere } from './exact-casts.js';
import { reshaped } from './reshaped.js';

/** Rows that do not have the columns, or the values, that the specification asks for. */
export class ConformError extends Error {
  override readonly name = 'ConformError';
}

/**
 * Selects the specified columns in order and casts them; a value that does not fit its type without loss is an error, never null, rounded or cut.
 * A nullable column that the rows lack becomes null: they were made before it was added.
 * Takes datetimes of any unit, whole numbers for dates and timestamps (days, us since the epoch), and numbers as text.
 * @throws ConformError
 */
export function conform(df: DataFrame, columns: readonly ColumnSpec[]): DataFrame {
  if (isExactly(df, columns)) return df;
  const has = new Set(columnNames(df));
  checkLossless(
    df,
    columns.filter(({ name, type }) => has.has(name) && type.kind !== 'binary'),
  );
  const casts = columns.map(
    (column) =>
      `${column.nullable && !has.has(column.name) ? absent(column) : cast(quoteName(column.name), column.type)} AS ${quoteName(column.name)}`,
  );
  const absentNested = columns.filter(({ name, type, nullable }) => nullable && isNested(type) && !has.has(name));
  try {
    const rows = runSql(`SELECT ${casts.join(', ')} FROM t${absentNested.length === 0 ? '' : ' CROSS JOIN nulls'}`, {
      t: reshaped(df, columns),
      ...(absentNested.length > 0 && { nulls: oneNullRow(absentNested) }),
    });
    return asTimestamps(
      rows,
      columns.filter(({ type }) => type.kind === 'timestamp').map(({ name }) => name),
    );
  } catch (cause) {
    const wanted = columns.map((c) => `${c.name} ${c.type.kind}`).join(', ');
    const detail = String(cause).split('\n')[0];
    throw new ConformError(
      `Rows with the columns [${columnNames(df).join(', ')}] cannot become [${wanted}]: ${detail}`,
      { cause },
    );
  }
}

/** Casts of SQL round and cut what does not fit. Where the types are right already, this is a look of microseconds. @param columns that are cast */
function checkLossless(df: DataFrame, columns: readonly ColumnSpec[]): void {
  const types = typesIfKnown(
    df,
    columns.map(({ name }) => name),
  );
  for (const [at, { name, type }] of columns.entries()) {
    const is = types[at];
    const exact = is === undefined ? 'all' : exactWhere(quoteName(name), is, countedAs(type, is));
    if (exact === 'all') continue;
    const broken = exact === 'none' ? '' : ` AND NOT COALESCE(${exact}, FALSE)`;
    const lost = rowCount(
      runSql(`SELECT ${quoteName(name)} FROM t WHERE ${quoteName(name)} IS NOT NULL${broken}`, { t: df }),
    );
    if (lost > 0)
      throw new ConformError(
        `${lost} of ${rowCount(df)} values of column ${name} are ${typeNameOf(is!)} and cannot become ${typeNameOf(type)} without loss`,
      );
  }
}

/** Numbers may count what a date or timestamp is stored as. */
function countedAs(type: ColumnType, is: ColumnType): ColumnType {
  if (is.kind !== 'int32' && is.kind !== 'int64' && is.kind !== 'float64') return type;
  return type.kind === 'timestamp' ? { kind: 'int64' } : type.kind === 'date' ? { kind: 'int32' } : type;
}

/** SQL cannot name nested types, so the null of one comes from a table. */
function oneNullRow(columns: readonly ColumnSpec[]): DataFrame {
  const row = new ColumnsBuilder(columns);
  for (let at = 0; at < columns.length; at++) row.builder(at).appendNull();
  row.endRow();
  return readDataFrame(row.finish());
}

/** Null of a type; timestamps get theirs with all others. */
function absent({ name, type }: ColumnSpec): string {
  if (isNested(type)) return `nulls.${quoteName(name)}`;
  return type.kind === 'binary' ? 'CAST(NULL AS BYTEA)' : cast('NULL', type);
}

/** Binary and nested values stay as they are: polars' JavaScript side cannot name the one, and SQL not the other, but they are carried through. */
function cast(sql: string, type: ColumnType): string {
  switch (type.kind) {
    case 'binary':
    case 'struct':
    case 'list':
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
