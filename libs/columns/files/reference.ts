/** Reference tables: small files that enrich joins. */
import pl, { type DataFrame } from 'nodejs-polars';
import { DataFrameError, messageOf, withoutValues } from '../types/data-frame-error.js';
import { type StatedTypes, typedCsv } from './csv-columns.js';

export type ReferenceFormat = 'csv' | 'json' | 'ndjson' | 'parquet';

/** All rows decide the types of columns: by the first ones alone, what comes later would be rounded or lost. */
const rowsInferred = 2 ** 31;

/**
 * Reads a whole reference file. Throws DataFrameError naming the cause.
 * @param stated types of columns of a CSV; those of other columns, and of other files, follow from the values
 */
export function readReference(bytes: Buffer, format: ReferenceFormat, stated: StatedTypes = {}): DataFrame {
  const table = readTable(bytes, format);
  return format === 'csv' ? typedCsv(table, stated) : table;
}

/** A CSV as text. */
function readTable(bytes: Buffer, format: ReferenceFormat): DataFrame {
  try {
    switch (format) {
      case 'csv':
        return pl.readCSV(bytes, { inferSchemaLength: 0 });
      case 'json':
        return pl.readJSON(bytes, { format: 'json', inferSchemaLength: rowsInferred });
      case 'ndjson':
        return pl.readJSON(bytes, { format: 'lines', inferSchemaLength: rowsInferred });
      case 'parquet':
        return pl.readParquet(bytes);
    }
  } catch (cause) {
    throw new DataFrameError(`the file could not be read as ${format}: ${withoutValues(messageOf(cause))}`, { cause });
  }
}
