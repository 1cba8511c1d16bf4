/**
 * Stands in for Parquet inside the simulation: files are Arrow, which costs a fiftieth of the CPU where rows are few. What the
 * simulation is after, commits and positions, does not depend on the encoding; other tests read the real files.
 */
import { type DataFrame, readDataFrame, writeDataFrame } from '#columns/polars/data-frames';

export function toParquet(df: DataFrame): Buffer {
  return Buffer.from(writeDataFrame(df, 'uncompressed'));
}

export const readParquet = readDataFrame;
