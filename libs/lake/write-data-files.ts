/** Writes the rows of an append as Parquet files, one for each hive partition, and describes them as `add` actions. */
import type { ColumnSpec } from '#columns/column-spec';
import { columnStats, type ColumnMeasure } from '#columns/column-stats';
import type { DataFrame } from '#columns/frames';
import { splitByPartition, type FramePart } from '#columns/split-by-partition';
import { toParquet } from '#columns/to-parquet';
import type { AddFile } from '#delta/actions';
import { addPath } from '#delta/log-names';
import { partitionFolder, partitionValue } from '#delta/partition-values';
import { encodeStatistics } from '#delta/statistics';
import type { ObjectStore } from '#store/object-store';
import { randomUUID } from 'node:crypto';
import { inOrder } from './in-order.js';
import { retryUnclear } from './retry-unclear.js';

/** Two at once overlap encoding with sending; more would only hold more encoded files in memory. */
const writesAtOnceMax = 2;

/** A table's columns, parted into those in the files and those in the folders' names. */
export interface TableLayout {
  readonly table: string;
  readonly dataColumns: readonly ColumnSpec[];
  readonly partitionColumns: readonly ColumnSpec[];
}

/** A required column without a value. */
export class RequiredColumnError extends Error {
  override readonly name = 'RequiredColumnError';

  constructor(table: string, column: string, nulls: number) {
    super(`${nulls} rows for table ${table} have no value in "${column}", which is required: make it nullable, or reject such rows earlier.`);
  }
}

/** `df` must be conformed to the table's columns. The files are stored when this resolves, and belong to nothing yet. */
export async function writeDataFiles(store: ObjectStore, layout: TableLayout, df: DataFrame, nowMs: number): Promise<AddFile[]> {
  if (df.height === 0) return [];
  return inOrder(splitByPartition(df, layout.partitionColumns), writesAtOnceMax, (part) => writePart(store, layout, part, nowMs));
}

async function writePart(store: ObjectStore, layout: TableLayout, part: FramePart, nowMs: number): Promise<AddFile> {
  const partitionValues = valuesOf(layout, part);
  const measures = columnStats(part.df, layout.dataColumns);
  checkRequired(layout, measures, partitionValues, part.df.height);
  const name = [partitionFolder(partitionValues), `part-${randomUUID()}.zstd.parquet`].filter((s) => s !== '').join('/');
  const bytes = toParquet(part.df);
  await retryUnclear(() => store.put(`${layout.table}/${name}`, bytes));
  return {
    path: addPath(name),
    partitionValues,
    size: bytes.byteLength,
    modificationTime: nowMs,
    dataChange: true,
    stats: encodeStatistics(part.df.height, measures),
  };
}

function valuesOf({ partitionColumns }: TableLayout, part: FramePart): Record<string, string | null> {
  return Object.fromEntries(partitionColumns.map(({ name, type }, i) => [name, partitionValue(type, part.values[i] ?? null)]));
}

function checkRequired(
  { table, dataColumns, partitionColumns }: TableLayout,
  measures: readonly ColumnMeasure[],
  partitionValues: Readonly<Record<string, string | null>>,
  rows: number,
): void {
  for (const [i, { name, nullable }] of dataColumns.entries()) {
    const nulls = measures[i]?.nullCount ?? 0;
    if (!nullable && nulls > 0) throw new RequiredColumnError(table, name, nulls);
  }
  const empty = partitionColumns.find(({ name, nullable }) => !nullable && partitionValues[name] === null);
  if (empty) throw new RequiredColumnError(table, empty.name, rows);
}
