/** What sentences call a column type. */
import type { ColumnType } from './column-spec.js';

/** E.g. `int64`, `decimal(12,2)`, `list<struct<sku:string,count:int64>>`. */
export function typeNameOf(type: ColumnType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${typeNameOf(field.type)}`).join(',')}>`;
    case 'list':
      return `list<${typeNameOf(type.item.type)}>`;
    default:
      return type.kind;
  }
}
