/** Where the flights and airports are: the development dependency vega-datasets. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** From examples/flights and from dist/examples/flights alike. */
const roots = ['../../', '../../../'];

export const flightsFile = 'node_modules/vega-datasets/data/flights-3m.parquet';
export const airportsFile = 'node_modules/vega-datasets/data/airports.csv';

/** Absolute path of a file of the data set. */
export function dataPath(file: string): string {
  const paths = roots.map((root) => fileURLToPath(new URL(root + file, import.meta.url)));
  const found = paths.find((path) => existsSync(path));
  if (found !== undefined) return found;
  const missing = new Error(`${file} is not there: run "npm ci" with development dependencies to replay the flights`);
  missing.name = 'FlightDataMissing';
  throw missing;
}

/** The first `count` rows of the original as SQL, with their numbers from 0 as `flight_id`; all rows without a count. */
export function originalSql(count: number | undefined): string {
  const path = dataPath(flightsFile).replaceAll("'", "''");
  const where = count === undefined ? '' : ` WHERE file_row_number < ${Math.floor(count)}`;
  return `(SELECT CAST(file_row_number AS INTEGER) AS flight_id, date, delay, distance, origin, destination
           FROM read_parquet('${path}', file_row_number = true)${where})`;
}
