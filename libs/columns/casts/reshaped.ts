/** Nested columns brought to the fields that they are to have. SQL cannot name their types, expressions of polars can. */
import pl, { type DataFrame, type DataType } from 'nodejs-polars';
import { columnNames } from '../polars/data-frames.js';
import { typesIfKnown } from '../polars/describe.js';
import { type ColumnSpec, type ColumnType, isNested } from '../types/column-spec.js';
import { isSame } from '../types/merged-type.js';

/** The frame with each nested column of `columns` that it has in the shape wanted: fields in this order, null where it has none. */
export function reshaped(df: DataFrame, columns: readonly ColumnSpec[]): DataFrame {
  const has = new Set(columnNames(df));
  const nested = columns.filter(({ name, type }) => isNested(type) && has.has(name));
  const types = typesIfKnown(
    df,
    nested.map(({ name }) => name),
  );
  const others = nested.filter(({ type }, at) => types[at] === undefined || !isSame(types[at], type));
  return others.length === 0
    ? df
    : df.withColumns(...others.map(({ name, type }) => pl.col(name).cast(polarsType(type), true)));
}

function polarsType(type: ColumnType): DataType {
  switch (type.kind) {
    case 'struct':
      return pl.Struct(type.fields.map((field) => new pl.Field(field.name, polarsType(field.type))));
    case 'list':
      return pl.List(polarsType(type.item.type));
    case 'decimal':
      return pl.Decimal(type.precision, type.scale);
    case 'timestamp':
      return pl.Datetime('us', 'UTC');
    case 'binary':
      throw new TypeError('polars has no name for bytes within objects');
    default:
      return plainTypes[type.kind];
  }
}

const plainTypes = {
  string: pl.Utf8,
  int32: pl.Int32,
  int64: pl.Int64,
  float64: pl.Float64,
  bool: pl.Bool,
  date: pl.Date,
} as const;
