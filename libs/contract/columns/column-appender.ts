/** Puts stored values into the builder of their column. */
import { BoolBuilder } from '#columns/build/bool-builder';
import type { AnyBuilder } from '#columns/build/builder-of';
import { DecimalBuilder } from '#columns/build/decimal-builder';
import { Float64Builder } from '#columns/build/float-builder';
import { Int32Builder, Int64Builder } from '#columns/build/integer-builders';
import { ListBuilder } from '#columns/build/list-builder';
import { StringBuilder } from '#columns/build/string-builder';
import { StructBuilder } from '#columns/build/struct-builder';
import type { Stored } from '../values/stored.js';

/** Appends one value; cannot fail for a value that its column's `Store` returned. */
export type Appender = (value: Stored) => void;

/** The appender of the column that this builder collects. */
export function appenderOf(builder: AnyBuilder): Appender {
  if (builder instanceof StringBuilder) return textAppender(builder);
  if (builder instanceof Int64Builder) return wideAppender(builder);
  if (builder instanceof DecimalBuilder) return decimalAppender(builder);
  if (builder instanceof Int32Builder) return dayAppender(builder);
  if (builder instanceof Float64Builder) return floatAppender(builder);
  if (builder instanceof BoolBuilder) return boolAppender(builder);
  if (builder instanceof StructBuilder) return structAppender(builder);
  if (builder instanceof ListBuilder) return listAppender(builder);
  throw new TypeError(`a contract has no columns for ${builder.constructor.name}`);
}

function structAppender(builder: StructBuilder<AnyBuilder>): Appender {
  const fields = builder.children.map(appenderOf);
  return (value) => {
    if (!Array.isArray(value)) return builder.appendNull();
    for (let at = 0; at < fields.length; at++) fields[at]!(value[at] as Stored);
    builder.endStruct();
  };
}

function listAppender(builder: ListBuilder<AnyBuilder>): Appender {
  const append = appenderOf(builder.items);
  return (value) => {
    if (!Array.isArray(value)) return builder.appendNull();
    for (const item of value as readonly Stored[]) append(item);
    builder.endList();
  };
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
