/** The native frame behind a DataFrame: nodejs-polars lets a column named like a method (`height`, `rows`, `slice`) hide that method. */
import type { DataFrame } from 'nodejs-polars';
import frames from 'nodejs-polars/bin/dataframe.js';

/** What we use of the native class; `dtypes` throws when a column is binary. */
export interface NativeFrame {
  readonly height: number;
  readonly columns: string[];
  clone(): NativeFrame;
  dtypes(): (string | { readonly variant: string; readonly inner: readonly unknown[] })[];
  rechunk(): NativeFrame;
  select(names: string[]): NativeFrame;
  slice(start: number, rows: number): NativeFrame;
  toRow(at: number): unknown[];
  vstackMut(below: NativeFrame): void;
}

export function nativeOf(frame: DataFrame): NativeFrame {
  return frame._df as NativeFrame;
}

export function frameOf(native: NativeFrame): DataFrame {
  return frames._DataFrame(native);
}
