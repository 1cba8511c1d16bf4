/** Windows give what one GROUP BY of DuckDB gives, whatever the batches, corrections and restarts. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Packer } from '../cells/packed-bytes.js';
import { apply } from '../state/apply.js';
import { foldEvents } from '../state/fold-events.js';
import { restore, snapshot } from '../state/snapshot.js';
import type { WindowState } from '../state/state.js';
import { emit } from './emit.js';
import { type ExampleEvent, exampleFrame, examplePartials, exampleSpec, newState } from './example-events.js';

const cents = fc
  .integer({ min: -99_999, max: 99_999 })
  .map(
    (value) =>
      `${value < 0 ? '-' : ''}${Math.floor(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, '0')}`,
  );
const event: fc.Arbitrary<ExampleEvent> = fc.record({
  at: fc.integer({ min: -4000, max: 4000 }),
  city: fc.constantFrom(null, '', 'a', 'é "b"\n'),
  height: fc.constantFrom(null, 0, -3, 7),
  price: fc.option(cents),
  units: fc.option(fc.integer({ min: -2147483648, max: 2147483647 })),
  weight: fc.option(fc.integer({ min: -1000, max: 1000 }).map((value) => value / 4)),
  user: fc.option(fc.constantFrom('u', 'v', '')),
});

/** One step of a merge task: events of one partition, then perhaps a flush, a purge, a restart from a snapshot. */
const step = fc.record({
  partition: fc.nat(2),
  events: fc.array(event, { maxLength: 12 }),
  direct: fc.boolean(),
  flush: fc.boolean(),
  purge: fc.boolean(),
  restart: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Row = Record<string, unknown>;

interface Run {
  readonly state: WindowState;
  readonly published: string;
}

/** Runs the steps under the minimum watermark of three partitions; each is 500 ms behind its latest event. */
function run(steps: readonly Step[], purging: boolean): Run {
  let state = newState();
  let published = '';
  const watermarks = [-Infinity, -Infinity, -Infinity];
  const publish = (closeMs: number, flush: boolean, purge: boolean) => {
    for (let more = true; more; ) {
      const emission = emit(state, { closeMs, flush, purgeMs: purge ? closeMs : null, rowsMax: 3 });
      published += emission.lines.join('');
      ({ more } = emission);
      if (more && flush) state = restore([...snapshot(state)], exampleSpec);
    }
  };
  for (const { partition, events, direct, flush, purge, restart } of steps) {
    watermarks[partition] = Math.max(watermarks[partition] ?? -Infinity, ...events.map(({ at }) => at - 500));
    if (events.length > 0 && direct) foldEvents(state, exampleFrame(events));
    else if (events.length > 0) apply(state, examplePartials(events));
    publish(Math.min(...watermarks), flush, purging && purge);
    if (restart) state = restore([...snapshot(state)], exampleSpec);
  }
  publish(1_000_000, false, false);
  return { state, published };
}

/** The latest revision of every (window, key). */
function latest(published: string): Row[] {
  const rows = new Map<string, Row>();
  for (const line of published.split('\n').filter((text) => text !== '')) {
    const { revision, ...row } = JSON.parse(line) as Row & { revision: number };
    const key = JSON.stringify([row['window_start'], row['city'], row['height']]);
    if (revision !== Number(rows.get(key)?.['revision'] ?? 0) + 1)
      throw new Error(`${key} has revision ${revision} after ${String(rows.get(key)?.['revision'])}`);
    rows.set(key, { ...row, revision });
  }
  return [...rows.values()].map(({ revision: _, ...row }) => row);
}

/** All rows of all windows, in the order in which they are kept. */
function contents(state: WindowState): string[] {
  return [...state.windows]
    .sort(([a], [b]) => a - b)
    .flatMap(([start, table]) =>
      table.shards().map((shard) => {
        shard.load();
        const packer = new Packer();
        shard.pack(
          Uint32Array.from({ length: shard.rows }, (_, row) => row),
          packer,
        );
        return `${start} ${shard.depth} ${shard.prefix} ${createHash('sha256').update(packer.packed()).digest('hex')}`;
      }),
    );
}

const sorted = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort();

// Native frames are freed between turns of the event loop, so properties that never wait for anything else wait for one.
describe('windows beside DuckDB', () => {
  let instance: DuckDBInstance;
  let duck: DuckDBConnection;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
    duck = await instance.connect();
    await duck.run("SET TimeZone = 'UTC'; SET threads = 1");
  });
  afterAll(() => {
    duck.closeSync();
    instance.closeSync();
  });

  async function grouped(events: readonly ExampleEvent[]): Promise<Row[]> {
    const text = (value: string | null) => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`);
    const values = events.map(
      (e) => `(${e.at}, ${text(e.city)}, ${e.height}, ${text(e.price)}, ${e.units}, ${e.weight}, ${text(e.user)})`,
    );
    await duck.run(
      'CREATE OR REPLACE TABLE events (ms BIGINT, city VARCHAR, height BIGINT, price DECIMAL(12,2), units INTEGER, weight DOUBLE, "user" VARCHAR)',
    );
    if (values.length > 0) await duck.run(`INSERT INTO events VALUES ${values.join(', ')}`);
    const iso = (ms: string, format: string) => `strftime(make_timestamp((${ms}) * 1000), '${format}')`;
    const start = 'ms - ((ms % 1000) + 1000) % 1000';
    const reader = await duck.runAndReadAll(`
      SELECT ${iso('start', '%Y-%m-%dT%H:%M:%SZ')} AS window_start, ${iso('start + 1000', '%Y-%m-%dT%H:%M:%SZ')} AS window_end, city, height::DOUBLE AS height,
        sum(price)::VARCHAR AS total, count(*)::DOUBLE AS events, sum(units)::DOUBLE AS units, sum(weight) AS weight, min(price)::VARCHAR AS cheapest,
        ${iso('max(ms)', '%Y-%m-%dT%H:%M:%S.%fZ')} AS last, min("user") AS first_user, avg(units) AS mean_units,
        count(DISTINCT "user")::DOUBLE AS users, count(DISTINCT price)::DOUBLE AS prices
      FROM (SELECT *, ${start} AS start FROM events) GROUP BY start, city, height`);
    return reader.getRowObjectsJson() as Row[];
  }

  test('the latest revisions equal one GROUP BY over all events, however they were batched, corrected, flushed or restarted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const expected = await grouped(steps.flatMap(({ events }) => events));
        expect(sorted(latest(run(steps, false).published))).toEqual(sorted(expected));
      }),
      { numRuns: 20, seed: 7, endOnFailure: true },
    );
  });

  test('with purges every event is in a result or counted as expired', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        await setImmediate();
        const { state, published } = run(steps, true);
        const counted = latest(published).reduce((sum, row) => sum + Number(row['events']), 0);
        expect(counted + state.expiredEvents).toBe(steps.flatMap(({ events }) => events).length);
      }),
      { numRuns: 8, seed: 8, endOnFailure: true },
    );
  });

  test('the same steps give the same lines and the same rows, with or without restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        await setImmediate();
        const once = run(steps, true);
        const again = run(
          steps.map((one) => ({ ...one, restart: !one.restart })),
          true,
        );
        expect(again.published).toBe(once.published);
        expect(contents(again.state)).toEqual(contents(once.state));
      }),
      { numRuns: 5, seed: 9, endOnFailure: true },
    );
  });
});
