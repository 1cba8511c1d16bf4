/** Which builder collects which column type. */
import { BoolBuilder } from './arrow-bool.js';
import { BinaryBuilder } from './arrow-bytes.js';
import { DecimalBuilder } from './arrow-decimal.js';
import { Float64Builder } from './arrow-float.js';
import { Int32Builder, Int64Builder } from './arrow-integer.js';
import { StringBuilder } from './arrow-text.js';
import type { ColumnType } from './column-spec.js';

/** A builder of any column type. */
export type AnyBuilder =
  | StringBuilder
  | BinaryBuilder
  | Int32Builder
  | Int64Builder
  | Float64Builder
  | BoolBuilder
  | DecimalBuilder;

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
  }
}
