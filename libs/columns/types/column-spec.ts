/** The column types every layer agrees on: what a contract, a frame and a table mean by a column. */

/** `timestamp` is microseconds since the epoch in UTC; `date` is days since the epoch. */
export type ColumnType =
  | { readonly kind: 'string' }
  | { readonly kind: 'binary' }
  | { readonly kind: 'int32' }
  | { readonly kind: 'int64' }
  | { readonly kind: 'float64' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'date' }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'struct'; readonly fields: readonly ColumnSpec[] }
  | { readonly kind: 'list'; readonly item: ListItem };

/** What stands in a list. */
export type ListItem = Pick<ColumnSpec, 'type' | 'nullable'>;

/** Types that hold values of other types. */
export type NestedKind = 'struct' | 'list';

/** One column of a frame or a table. */
export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

export function isNested({ kind }: ColumnType): boolean {
  return kind === 'struct' || kind === 'list';
}
