/** What a column under construction offers whatever its type. */
import type { Nulls } from './nulls.js';

/** Rows a fresh builder has room for. */
export const initialRows = 256;

/** Value buffers that one large value made larger than this are given back: there are many builders, and such values are rare. */
export const keptBytesMax = 1024 * 1024;

/**
 * One column under construction. Its `append…` methods differ by type, so they stand on the classes.
 * Each class keeps its own typed array and counters: shared base-class code would turn megamorphic in V8.
 */
export interface ColumnBuilder {
  /** Rows appended since the last reset. */
  readonly rows: number;
  /** Bytes every row takes, whatever its value. */
  readonly rowBytes: number;
  /** Appends a missing value. */
  appendNull(): void;
  readonly nulls: Nulls;
  /** Columns nested in this one, in Arrow's order. */
  readonly children?: readonly ColumnBuilder[];
  /** The buffers Arrow stores for the type, without the validity bitmap; views that the next append or reset may change. */
  buffers(): readonly Uint8Array[];
  /** Forgets all rows, keeps the buffers unless they have grown large. */
  reset(): void;
}
