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
  /** Small rows of these columns, in order. */
  | { readonly kind: 'list'; readonly of: readonly ColumnSpec[] };

/** One column of a frame or a table. */
export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}
