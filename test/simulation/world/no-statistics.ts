/** Stands in for `#columns/column-stats` inside the simulation: data files without extremes. */
import type { ColumnSpec } from '#columns/column-spec';
import type { ColumnMeasure } from '#columns/column-stats';

export function columnStats(_: unknown, columns: readonly ColumnSpec[]): ColumnMeasure[] {
  return columns.map(({ name, type }) => ({ name, type, nullCount: 0, min: undefined, max: undefined }));
}
