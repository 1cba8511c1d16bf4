/** Replays the flights as events, in the order of the data set, which is sorted by date. */
import { DuckDBInstance } from '@duckdb/node-api';
import type { Published, RunOptions } from '../example.js';
import { originalSql } from './flight-data.js';

type Column = ArrayLike<unknown>;

/** A batch is one chunk of DuckDB, about two thousand flights. */
export async function* replay({ count }: Pick<RunOptions, 'count'>): AsyncGenerator<Published[], void, undefined> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '256MB' });
  const connection = await instance.connect();
  try {
    const rows = await connection.stream(`
      SELECT flight_id, CAST(epoch(date) // 60 AS INTEGER), CAST(delay AS INTEGER), CAST(distance AS INTEGER), origin, destination
      FROM ${originalSql(count)}`);
    const minuteText = minuteTexts();
    for (;;) {
      const chunk = await rows.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return;
      yield batchOf(chunk.getColumns(), chunk.rowCount, minuteText);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function batchOf(columns: readonly Column[], rows: number, minuteText: (minute: number) => string): Published[] {
  const [ids, minutes, delays, distances, origins, destinations] = columns;
  if (!ids || !minutes || !delays || !distances || !origins || !destinations)
    throw new RangeError('The flights need six columns');
  const batch = new Array<Published>(rows);
  for (let i = 0; i < rows; i++) {
    const id = String(ids[i]);
    const text =
      `{"flight_id":${id},"date":"${minuteText(Number(minutes[i]))}","delay":${String(delays[i])},"distance":${String(distances[i])},` +
      `"origin":"${String(origins[i])}","destination":"${String(destinations[i])}"}`;
    batch[i] = {
      subject: `events.flights.${String(origins[i])}`,
      msgId: `flight-${id}`,
      payload: Buffer.from(text, 'latin1'),
      expect: { table: 'silver', source: 'flights', eventId: id },
    };
  }
  return batch;
}

/** Departures are whole minutes, and many flights share one. */
function minuteTexts(): (minute: number) => string {
  let last = Number.NaN;
  let text = '';
  return (minute) => {
    if (minute !== last) {
      last = minute;
      text = new Date(minute * 60_000).toISOString();
    }
    return text;
  };
}
