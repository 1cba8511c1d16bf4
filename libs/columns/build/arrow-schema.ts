/** Arrow types and schema of a list of columns. */
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import type { ColumnSpec, ColumnType } from '../types/column-spec.js';

/** The Arrow type that stores a column type: timestamps are microseconds in UTC, decimals 128 bit, dates days. */
export function arrowType(type: ColumnType): DataType {
  switch (type.kind) {
    case 'string':
      return new Utf8();
    case 'binary':
      return new Binary();
    case 'int32':
      return new Int32();
    case 'int64':
      return new Int64();
    case 'float64':
      return new Float64();
    case 'bool':
      return new Bool();
    case 'date':
      return new DateDay();
    case 'timestamp':
      return new TimestampMicrosecond('UTC');
    case 'decimal':
      return new Decimal(type.scale, type.precision, 128);
    case 'struct':
      return new Struct(type.fields.map(arrowField));
    case 'list':
      return new List(arrowField({ name: 'item', ...type.item }));
  }
}

function arrowField({ name, type, nullable }: ColumnSpec): Field {
  return new Field(name, arrowType(type), nullable);
}

/** The Arrow schema of these columns, in their order. */
export function arrowSchema(columns: readonly ColumnSpec[]): Schema {
  return new Schema(columns.map(arrowField));
}
