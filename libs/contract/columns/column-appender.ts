/** Puts stored values into the builder of their column. */
import { BoolBuilder } from '#columns/build/bool-builder';
import type { ColumnsBuilder } from '#columns/build/columns-builder';
import { DecimalBuilder } from '#columns/build/decimal-builder';
import { Float64Builder } from '#columns/build/float-builder';
import { Int32Builder, Int64Builder } from '#columns/build/integer-builders';
import { StringBuilder } from '#columns/build/string-builder';
import type { ColumnSpec } from '#columns/types/column-spec';
import type { Stored } from '../values/stored.js';

/** Appends one value; cannot fail for a value that its column's `Store` returned. */
export type Appender = (value: Stored) => void;

/** The appender of a column that stands at this place in the frame. */
export function appenderOf({ type }: ColumnSpec, at: number, builder: ColumnsBuilder): Appender {
  switch (type.kind) {
    case 'string':
      return textAppender(builder.column(at, StringBuilder));
    case 'int64':
    case 'timestamp':
      return wideAppender(builder.column(at, Int64Builder));
    case 'decimal':
      return decimalAppender(builder.column(at, DecimalBuilder));
    case 'date':
    case 'int32':
      return dayAppender(builder.column(at, Int32Builder));
    case 'float64':
      return floatAppender(builder.column(at, Float64Builder));
    case 'bool':
      return boolAppender(builder.column(at, BoolBuilder));
    case 'binary':
    case 'list':
      throw new TypeError(`a contract has no ${type.kind} columns`);
  }
}

function textAppender(builder: StringBuilder): Appender {
  return (value) => (typeof value === 'string' ? builder.append(value) : builder.appendNull());
}

function wideAppender(builder: Int64Builder): Appender {
  return (value) => {
    if (typeof value === 'number') builder.append(value);
    else if (typeof value === 'bigint') builder.appendBigInt(value);
    else builder.appendNull();
  };
}

function decimalAppender(builder: DecimalBuilder): Appender {
  return (value) => {
    if (typeof value === 'number') builder.append(value);
    else if (typeof value === 'bigint') builder.appendBigInt(value);
    else builder.appendNull();
  };
}

function dayAppender(builder: Int32Builder): Appender {
  return (value) => (typeof value === 'number' ? builder.append(value) : builder.appendNull());
}

function floatAppender(builder: Float64Builder): Appender {
  return (value) => (typeof value === 'number' ? builder.append(value) : builder.appendNull());
}

function boolAppender(builder: BoolBuilder): Appender {
  return (value) => (typeof value === 'boolean' ? builder.append(value) : builder.appendNull());
}
