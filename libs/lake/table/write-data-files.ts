/** Writes the rows of an append as Parquet files, one for each hive partition, and describes them as `add` actions. */
import { randomUUID } from 'node:crypto';
import { columnStats } from '#columns/files/column-stats';
import { type FramePart, splitByPartition } from '#columns/files/split-by-partition';
import { toParquet } from '#columns/files/to-parquet';
import { type DataFrame, emptyTextCount, nullCount } from '#columns/polars/data-frames';
import type { ColumnSpec } from '#columns/types/column-spec';
import type { AddFile } from '#delta/actions';
import { addPath } from '#delta/log-names';
import { partitionFolder, partitionValue } from '#delta/partition-values';
import { encodeStatistics } from '#delta/statistics';
import type { ObjectStore } from '#store/object-store';
import { inOrder } from '../ground/in-order.js';
import { retryUnclear } from '../ground/retry-unclear.js';

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
    super(
      `${nulls} rows for table ${table} have no value in "${column}", which is required: make it nullable, or reject such rows earlier.`,
    );
  }
}

/** `df` must be conformed to the table's columns. The files are stored when this resolves, and belong to nothing yet. */
export async function writeDataFiles(
  store: ObjectStore,
  layout: TableLayout,
  df: DataFrame,
  nowMs: number,
): Promise<AddFile[]> {
  if (df.height === 0) return [];
  // Before the first file is stored: rows that do not fit leave none behind.
  checkRequired(layout, df);
  return inOrder(splitByPartition(df, layout.partitionColumns), writesAtOnceMax, (part) =>
    writePart(store, layout, part, nowMs),
  );
}

async function writePart(store: ObjectStore, layout: TableLayout, part: FramePart, nowMs: number): Promise<AddFile> {
  const partitionValues = valuesOf(layout, part);
  const measures = columnStats(part.df, layout.dataColumns);
  checkPartition(layout, partitionValues, part.df.height);
  const name = [partitionFolder(partitionValues), `part-${randomUUID()}.zstd.parquet`]
    .filter((s) => s !== '')
    .join('/');
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
  return Object.fromEntries(
    partitionColumns.map(({ name, type }, i) => [name, partitionValue(type, part.values[i] ?? null)]),
  );
}

function checkRequired({ table, dataColumns, partitionColumns }: TableLayout, df: DataFrame): void {
  for (const { name, type, nullable } of [...dataColumns, ...partitionColumns]) {
    if (nullable) continue;
    const isPartition = partitionColumns.some((column) => column.name === name);
    const missing = nullCount(df, name) + (isPartition && type.kind === 'string' ? emptyTextCount(df, name) : 0);
    if (missing > 0) throw new RequiredColumnError(table, name, missing);
  }
}

/** Other values that Delta has no text for, such as times of the year 10000. */
function checkPartition(
  { table, partitionColumns }: TableLayout,
  partitionValues: Readonly<Record<string, string | null>>,
  rows: number,
): void {
  const empty = partitionColumns.find(({ name, nullable }) => !nullable && partitionValues[name] === null);
  if (empty) throw new RequiredColumnError(table, empty.name, rows);
}
