/** Which builder collects which column type. */
import type { ColumnType } from '../types/column-spec.js';
import { BinaryBuilder } from './binary-builder.js';
import { BoolBuilder } from './bool-builder.js';
import { DecimalBuilder } from './decimal-builder.js';
import { Float64Builder } from './float-builder.js';
import { Int32Builder, Int64Builder } from './integer-builders.js';
import { ListBuilder } from './list-builder.js';
import { StringBuilder } from './string-builder.js';
import { StructBuilder } from './struct-builder.js';

/** A builder of any column type. */
export type AnyBuilder =
  | StringBuilder
  | BinaryBuilder
  | Int32Builder
  | Int64Builder
  | Float64Builder
  | BoolBuilder
  | DecimalBuilder
  | StructBuilder<AnyBuilder>
  | ListBuilder<AnyBuilder>;

/** An empty builder for one column. */
export function builderOf(type: ColumnType): AnyBuilder {
  switch (type.kind) {
    case 'string':
      return new StringBuilder();
    case 'binary':
      return new BinaryBuilder();
    case 'int32':
    case 'date':
      return new Int32Builder();
    case 'int64':
    case 'timestamp':
      return new Int64Builder();
    case 'float64':
      return new Float64Builder();
    case 'bool':
      return new BoolBuilder();
    case 'decimal':
      return new DecimalBuilder();
    case 'struct':
      return new StructBuilder(type.fields.map((field) => builderOf(field.type)));
    case 'list':
      return new ListBuilder(builderOf(type.item.type));
  }
}
