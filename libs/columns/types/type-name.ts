/** What column types are called. */
import type { ColumnType, NestedKind } from './column-spec.js';

type PlainKind = Exclude<ColumnType['kind'], 'decimal' | NestedKind>;

/** For sentences, e.g. `int64`, `decimal(12,2)`, `list<struct<sku:string,count:int64>>`. */
export function typeNameOf(type: ColumnType): string {
  return typeNameIn(type, (kind) => kind, 'list');
}

/** The same in the words of others. */
export function typeNameIn(type: ColumnType, plain: (kind: PlainKind) => string, list: string): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'struct':
      return `struct<${type.fields.map((field) => `${field.name}:${typeNameIn(field.type, plain, list)}`).join(',')}>`;
    case 'list':
      return `${list}<${typeNameIn(type.item.type, plain, list)}>`;
    default:
      return plain(type.kind);
  }
}
