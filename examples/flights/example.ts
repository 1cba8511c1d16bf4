/** Three million real flights: replayed as events, and compared row for row with the original file. */
import type { Example, Query, RunOptions, Verdict } from '../example.js';
import type { GoldCheck } from '../gold-check.js';
import { readBack, type SourceCheck } from '../read-back.js';
import { airportsFile, dataPath, originalSql } from './flight-data.js';
import { replay } from './replay.js';

export const example: Example = {
  name: 'flights',
  /** Real flights have their own times: the first left at 2001-01-01 00:01. */
  startMs: () => Date.UTC(2001, 0, 1, 0, 1),
  events: replay,
  check,
};

/** With the same flights published twice, the lake is the same: their ids are their row numbers. */
async function check({ count }: RunOptions, query: Query): Promise<Verdict> {
  return readBack(query, { publishedSql: publishedSql(count), sources: [flights], gold: [delays(count)] });
}

const rowText = `concat_ws(' ', flight_id, epoch_us(date), delay, distance, origin, destination, coalesce(origin_name, '(null)'))`;

const flights: SourceCheck = {
  name: 'flights',
  ofRun: 'true',
  silverOfRun: 'true',
  silverColumns: {
    flight_id: 'BIGINT',
    date: 'TIMESTAMPTZ',
    delay: 'BIGINT',
    distance: 'BIGINT',
    origin: 'VARCHAR',
    destination: 'VARCHAR',
    origin_name: 'VARCHAR',
  },
  eventId: 'CAST(flight_id AS VARCHAR)',
  fingerprint: rowText,
};

/** The original rows with the names of their airports. */
function publishedSql(count: number | undefined): string {
  const airports = `read_csv('${dataPath(airportsFile).replaceAll("'", "''")}', header = true, all_varchar = true)`;
  return `
    SELECT 'flights' AS source, 'flight-' || flight_id AS msg_id, 'silver' AS due, CAST(flight_id AS VARCHAR) AS event_id,
      ${rowText} AS fingerprint, CAST(NULL AS VARCHAR) AS reasons
    FROM (SELECT f.*, a.name AS origin_name FROM ${originalSql(count)} f LEFT JOIN ${airports} a ON f.origin = a.iata)`;
}

function delays(count: number | undefined): GoldCheck {
  return {
    table: 'gold_delays_by_origin',
    key: ['origin'],
    measures: { flights: 'BIGINT', avg_delay: 'DOUBLE', max_delay: 'BIGINT' },
    expectedSql: () => `
      SELECT epoch_us(date_trunc('hour', date)) AS window_start_us, origin,
        count(*) AS flights, avg(delay) AS avg_delay, max(delay) AS max_delay
      FROM ${originalSql(count)} GROUP BY ALL`,
  };
}
