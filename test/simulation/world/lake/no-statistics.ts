/** Stands in for `#columns/files/column-stats` inside the simulation: data files without extremes. */
import type { ColumnMeasure } from '#columns/files/column-stats';
import type { ColumnSpec } from '#columns/types/column-spec';

export function columnStats(_: unknown, columns: readonly ColumnSpec[]): ColumnMeasure[] {
  return columns.map(({ name, type }) => ({ path: [name], type, nullCount: 0, min: undefined, max: undefined }));
}
