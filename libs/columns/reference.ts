/** Reference tables: small files that enrich joins. */
import pl, { type DataFrame } from 'nodejs-polars';
import { FrameError, messageOf, withoutValues } from './frame-error.js';

export type ReferenceFormat = 'csv' | 'json' | 'ndjson' | 'parquet';

/** Rows of a CSV that decide the types of its columns. */
const CSV_ROWS_INFERRED = 100_000;

/** Reads a whole reference file. Throws FrameError naming the cause. */
export function readReference(bytes: Buffer, format: ReferenceFormat): DataFrame {
  try {
    switch (format) {
      case 'csv':
        return pl.readCSV(bytes, { inferSchemaLength: CSV_ROWS_INFERRED });
      case 'json':
        return pl.readJSON(bytes, { format: 'json' });
      case 'ndjson':
        return pl.readJSON(bytes, { format: 'lines' });
      case 'parquet':
        return pl.readParquet(bytes);
    }
  } catch (cause) {
    throw new FrameError(`the file could not be read as ${format}: ${withoutValues(messageOf(cause))}`, { cause });
  }
}
