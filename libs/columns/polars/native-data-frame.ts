/**
 * The native objects behind those of nodejs-polars: the one file that reaches into its private fields. It lets a column named like a method
 * (`height`, `rows`, `slice`) hide that method of a DataFrame, and puts the error of a query that cannot be planned where the plan should be.
 */
import { types } from 'node:util';
import pl, { type DataFrame, type LazyDataFrame } from 'nodejs-polars';
import frames from 'nodejs-polars/bin/dataframe.js';

/** The version of nodejs-polars whose fields these are. */
export const polarsVersion = '0.26.1';

/** What we use of a native column: a hundredth of a query's cost. Nulls do not count; null when there is nothing else. */
export interface NativeSeries {
  /** Of dates the days, of times the units since the epoch, as near as a number can be. */
  min(): number | null;
  max(): number | null;
  nullCount(): number;
  /** The column as another type. @param strict throws for a value that does not fit, where it would become null */
  cast(type: unknown, strict: boolean): NativeSeries;
  /** Bytes of each text. */
  strLengths(): NativeSeries;
}

/** What we use of the native class; `dtypes` throws when a column is binary. */
export interface NativeDataFrame {
  readonly height: number;
  readonly columns: string[];
  column(name: string): NativeSeries;
  clone(): NativeDataFrame;
  dtypes(): (string | { readonly variant: string; readonly inner: readonly unknown[] })[];
  getColumns(): unknown[];
  /** The frame with these columns behind its own. */
  hstack(columns: unknown[]): NativeDataFrame;
  rechunk(): NativeDataFrame;
  /** In place. */
  rename(from: string, to: string): void;
  select(names: string[]): NativeDataFrame;
  slice(start: number, rows: number): NativeDataFrame;
  toRow(at: number): unknown[];
  /** The frame with this column in the place of its own of that name. */
  withColumn(column: NativeSeries): NativeDataFrame;
  vstackMut(below: NativeDataFrame): void;
}

export function nativeOf(frame: DataFrame): NativeDataFrame {
  return frame._df as NativeDataFrame;
}

export function dataFrameOf(native: NativeDataFrame): DataFrame {
  return frames._DataFrame(native);
}

/** Why a query cannot be planned: nodejs-polars does not throw it, but hands back a lazy frame that wraps it. */
export function planErrorOf(plan: LazyDataFrame): Error | undefined {
  const native: unknown = plan._ldf;
  return types.isNativeError(native) ? native : undefined;
}

/** Whether nodejs-polars keeps its native objects where we reach them; what to do when it does not. */
export function polarsProblem(): string | undefined {
  return isAsExpected()
    ? undefined
    : `Afluente reaches native frames where nodejs-polars ${polarsVersion} keeps them; the one that is installed, ${pl.version}, keeps them elsewhere. Install the versions of package-lock.json: npm ci.`;
}

/** Tried with a column that hides a method, and a query that cannot be planned. */
function isAsExpected(): boolean {
  try {
    const frame = pl.DataFrame({ height: [1, 2, 3] });
    const [sound, unsound] = ['height', 'nothing'].map((column) =>
      planErrorOf(pl.SQLContext({ frame }).execute(`SELECT ${column} FROM frame`)),
    );
    return (
      nativeOf(dataFrameOf(nativeOf(frame).slice(1, 2))).height === 2 && sound === undefined && unsound !== undefined
    );
  } catch {
    return false;
  }
}
