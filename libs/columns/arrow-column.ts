/** What a column under construction offers whatever its type. */
import type { Nulls } from './arrow-nulls.js';

/** Rows a fresh builder has room for. */
export const initialRows = 256;

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
  /** The buffers Arrow stores for the type, without the validity bitmap; views that the next append or reset may change. */
  buffers(): readonly Uint8Array[];
  /** Forgets all rows, keeps the buffers. */
  reset(): void;
}
