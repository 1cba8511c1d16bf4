/** The flights are replayed as they are, and their lake is compared with the original file. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Published } from '../example.js';
import { type MemoryLake, memoryLake } from '../memory-lake.js';
import { example } from './example.js';
import { airportsFile, dataPath, originalSql } from './flight-data.js';

const count = 5_000;
const options = { count, seed: 0, startMs: 0 };

describe('the flights', () => {
  let lake: MemoryLake;
  beforeAll(async () => {
    lake = await memoryLake();
  });
  afterAll(() => lake.close());

  test('are replayed in order, as many as asked for, with their row numbers', async () => {
    const events: Published[] = [];
    for await (const batch of example.events(options)) events.push(...batch);
    expect(events.map(({ msgId }) => msgId)).toEqual(Array.from({ length: count }, (_, i) => `flight-${i}`));
    expect(events[0]).toMatchObject({
      subject: 'events.flights.LAS',
      expect: { table: 'silver', source: 'flights', eventId: '0' },
    });
    expect(Buffer.from(events[0]?.payload ?? []).toString()).toBe(
      '{"flight_id":0,"date":"2001-01-01T00:01:00.000Z","delay":33,"distance":2176,"origin":"LAS","destination":"PHL"}',
    );
  });

  test('are the rows of the original file', async () => {
    const rows: unknown[] = [];
    for await (const batch of example.events(options))
      rows.push(...batch.map(({ payload }) => JSON.parse(Buffer.from(payload).toString()) as unknown));
    await lake.table('replayed', rows as Record<string, unknown>[]);
    const columns = 'flight_id, epoch_us(date), delay, distance, origin, destination';
    expect(
      await lake.query(`SELECT ${columns} FROM replayed EXCEPT ALL SELECT ${columns} FROM ${originalSql(count)}`),
    ).toEqual([]);
  });

  test('make a lake that the check finds right, and whose damage it finds', async () => {
    const airports = `read_csv('${dataPath(airportsFile)}', header = true, all_varchar = true)`;
    await lake.run(`CREATE TABLE silver_flights AS SELECT f.* REPLACE (CAST(date AS TIMESTAMPTZ) AS date), a.name AS origin_name,
      CAST(flight_id AS BIGINT) AS _seq, 0 AS _index FROM ${originalSql(count)} f LEFT JOIN ${airports} a ON f.origin = a.iata`);
    await lake.run(
      `CREATE TABLE bronze_flights AS SELECT 'flight-' || flight_id AS msg_id, _seq, _index FROM silver_flights`,
    );
    await lake.run(`CREATE TABLE gold_delays_by_origin AS SELECT date_trunc('hour', date) AS window_start, window_start + INTERVAL 1 HOUR AS window_end,
      origin, count(*) AS flights, avg(delay) AS avg_delay, max(delay) AS max_delay, 1 AS revision FROM silver_flights GROUP BY ALL`);
    expect(await example.check(options, lake.query)).toMatchObject({
      published: count,
      accepted: count,
      bronze: count,
      silver: count,
      duplicates: 0,
      rejected: 0,
      late: 0,
      quarantine: 0,
      lost: 0,
      extra: 0,
      differences: [],
    });
    await lake.run('UPDATE silver_flights SET delay = delay + 1 WHERE flight_id = 17');
    await lake.run('DELETE FROM bronze_flights WHERE _seq = 18');
    expect(await example.check(options, lake.query)).toMatchObject({
      silver: count,
      bronze: count - 1,
      lost: 2,
      extra: 1,
    });
  });
});
