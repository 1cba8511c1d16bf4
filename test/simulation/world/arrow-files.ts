/**
 * Stands in for `#columns/to-parquet` inside the simulation: data files are Arrow, which costs a fiftieth of Parquet's CPU on a few rows.
 * What the simulation is after, commits and positions, does not depend on the encoding; other tests read the real files.
 */
import { registerHooks } from 'node:module';
import { readFrame, writeFrame, type DataFrame } from '#columns/frames';

export function toParquet(df: DataFrame): Buffer {
  return Buffer.from(writeFrame(df, 'uncompressed'));
}

export const readDataFile = readFrame;

/** Call it before the product is loaded. */
export function writeArrowFiles(): void {
  registerHooks({
    resolve: (specifier, context, next) => (specifier === '#columns/to-parquet' ? { url: import.meta.url, shortCircuit: true } : next(specifier, context)),
  });
}
