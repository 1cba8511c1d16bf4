/** What sentences call a column type. */
import type { ColumnType } from './column-spec.js';

/** E.g. `int64`, `decimal(12,2)`. */
export function typeNameOf(type: ColumnType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind;
}
