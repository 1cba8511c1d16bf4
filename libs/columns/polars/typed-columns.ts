/** Columns of a data frame for loops, each in the one native form that its type has. */
import type { DataFrame } from 'nodejs-polars';
import type { AnyColumn } from '../read/column-view.js';
import { readColumns } from '../read/read-columns.js';
import type { ColumnType } from '../types/column-spec.js';
import { sqlType } from './data-frames.js';
import { describe, nativeNames } from './describe.js';
import { dataFrameOf, nativeOf } from './native-data-frame.js';
import { quoteName, runSql } from './sql.js';

export interface TypedColumns {
  readonly rows: number;
  /** In order of the names. */
  readonly types: readonly ColumnType[];
  readonly columns: readonly AnyColumn[];
}

/** Forms that the loops know; small and unsigned integers, for example, become int64. */
const canonical: ReadonlySet<string> = new Set([
  'String',
  'Bool',
  'Int32',
  'Int64',
  'Float64',
  'Date',
  'Datetime',
  'Decimal',
]);

/**
 * The named columns, each name once.
 * @throws DataFrameError when one is missing or of a type that frames do not carry
 */
export function typedColumns(frame: DataFrame, names: readonly string[]): TypedColumns {
  const unique = [...new Set(names)];
  const types = describe(frame, unique).map(({ type }) => type);
  const selected = dataFrameOf(nativeOf(frame).select(unique));
  const cast = nativeNames(selected, unique).every((name) => canonical.has(name))
    ? selected
    : runSql(`SELECT ${unique.map((name, at) => castOf(name, types[at]!)).join(', ')} FROM selected`, { selected });
  const reader = readColumns(cast.writeIPC({ compression: 'uncompressed' }));
  const columns = unique.map((name) => reader.any(name));
  const place = (name: string): number => unique.indexOf(name);
  return {
    rows: reader.rows,
    types: names.map((name) => types[place(name)]!),
    columns: names.map((name) => columns[place(name)]!),
  };
}

function castOf(name: string, type: ColumnType): string {
  const quoted = quoteName(name);
  return type.kind === 'int64' || type.kind === 'float64' || type.kind === 'string'
    ? `CAST(${quoted} AS ${sqlType(type)}) AS ${quoted}`
    : quoted;
}
