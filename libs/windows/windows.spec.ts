import { describe, expect, test } from '@jest/globals';
import { asTimestamps, type DataFrame } from '#columns/frames';
import { readNdjson } from '#columns/ndjson';
import { runSql } from '#columns/sql';
import { apply } from './apply.js';
import { decodeDelta, encodeDelta } from './delta.js';
import { emit } from './emit.js';
import { reduce } from './reduce.js';
import { resultsNdjson } from './results-json.js';
import { emptyState, type WindowState } from './state.js';
import type { WindowSpec } from './window-spec.js';

const spec: WindowSpec = {
  name: 'sales', sizeMs: 1000, latenessMs: 2000, key: ['city'], eventTime: 'at',
  measures: {
    total: { fn: 'sum', column: 'price' }, n: { fn: 'count' }, low: { fn: 'min', column: 'price' }, high: { fn: 'max', column: 'units' },
    mean: { fn: 'avg', column: 'units' }, users: { fn: 'distinct', column: 'user' },
  },
};

/** An event as [ms, city, price, units, user]. */
type Row = readonly [number, string | null, string | null, number | null, string | null];

function eventsOf(rows: readonly Row[]): DataFrame {
  const lines = rows.map(([at, city, price, units, user]) => JSON.stringify({ at: at * 1000, city, price, units, user })).join('\n');
  const read = readNdjson(Buffer.from(lines), [
    { name: 'at', type: { kind: 'int64' }, nullable: false },
    ...['city', 'price', 'user'].map((name) => ({ name, type: { kind: 'string' }, nullable: true }) as const),
    { name: 'units', type: { kind: 'int64' }, nullable: true },
  ]);
  const events = runSql('SELECT at, city, "user", CAST(price AS DECIMAL(12,2)) AS price, CAST(units AS INTEGER) AS units FROM read', { read });
  return asTimestamps(events, ['at']);
}

function after(state: WindowState, rows: readonly Row[]): WindowState {
  return apply(state, decodeDelta(encodeDelta(reduce(eventsOf(rows), spec))));
}

function lines(results: DataFrame | null): unknown[] {
  if (results === null) return [];
  return resultsNdjson(results, spec).toString().trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
}

const quiet = { closeMs: null, purgeMs: null, flush: false };

describe('a tumbling window', () => {
  const start = after(emptyState(spec), [
    [100, 'a', '1.10', 2, 'u'], [900, 'a', '2.20', 3, 'u'], [999, null, null, null, null], [-1, 'a', '5.00', 1, 'v'], [1000, 'b', '7.00', 1, 'w'],
  ]);

  test('publishes what is closed, sorted, with exact decimals and nulls', () => {
    expect(lines(emit(start, { ...quiet, closeMs: 1000 }).results)).toEqual([
      { window_start: '1969-12-31T23:59:59Z', window_end: '1970-01-01T00:00:00Z', city: 'a', total: '5.00', n: 1, low: '5.00', high: 1, mean: 1, users: 1, revision: 1 },
      { window_start: '1970-01-01T00:00:00Z', window_end: '1970-01-01T00:00:01Z', city: null, total: null, n: 1, low: null, high: null, mean: null, users: 0, revision: 1 },
      { window_start: '1970-01-01T00:00:00Z', window_end: '1970-01-01T00:00:01Z', city: 'a', total: '3.30', n: 2, low: '1.10', high: 3, mean: 2.5, users: 1, revision: 1 },
    ]);
  });
});
