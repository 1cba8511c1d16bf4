/** When a window is published, corrected and forgotten. */
import { describe, expect, test } from '@jest/globals';
import type { DataFrame } from '#columns/frames';
import { apply } from './apply.js';
import { emit } from './emit.js';
import { exampleDelta, exampleEvent, exampleSpec } from './example-events.js';
import { resultsNdjson } from './results-json.js';
import { emptyState, type WindowState } from './state.js';

interface Line {
  readonly window_start: string;
  readonly city: string | null;
  readonly events: number;
  readonly revision: number;
}

const quiet = { closeMs: null, purgeMs: null, flush: false };

function after(state: WindowState, ...times: readonly number[]): WindowState {
  return apply(state, exampleDelta(times.map((at) => exampleEvent(at, { city: 'a' }))));
}

function lines(results: DataFrame | null): Line[] {
  if (results === null) return [];
  return resultsNdjson(results, exampleSpec).toString().trimEnd().split('\n').map((line) => JSON.parse(line) as Line);
}

/** Start in seconds, events and revision of each published row. */
function brief(results: DataFrame | null): [number, number, number][] {
  return lines(results).map(({ window_start, events, revision }) => [Date.parse(window_start) / 1000, events, revision]);
}

describe('a tumbling window', () => {
  const empty = emptyState(exampleSpec);

  test('publishes every measure exactly, sorted by window and key with nulls first', () => {
    const events = [
      exampleEvent(900, { city: 'a', price: '2.20', units: 2147483647, weight: 0.5, user: 'v' }),
      exampleEvent(100, { city: 'a', price: '1.10', units: 2147483647, weight: 0.25, user: 'u' }),
      exampleEvent(999), exampleEvent(-1, { city: 'a', price: '5.00', units: 1 }), exampleEvent(1000, { city: 'b' }),
    ];
    const { results } = emit(apply(empty, exampleDelta(events)), { ...quiet, closeMs: 1000 });
    const nothing = { height: null, total: null, units: null, weight: null, cheapest: null, first_user: null, mean_units: null, users: 0, prices: 0, revision: 1 };
    const second = { window_start: '1970-01-01T00:00:00Z', window_end: '1970-01-01T00:00:01Z' };
    expect(lines(results)).toEqual([
      {
        ...nothing, window_start: '1969-12-31T23:59:59Z', window_end: '1970-01-01T00:00:00Z', city: 'a', total: '5.00', events: 1,
        units: 1, cheapest: '5.00', last: '1969-12-31T23:59:59.999000Z', mean_units: 1, prices: 1,
      },
      { ...nothing, ...second, city: null, events: 1, last: '1970-01-01T00:00:00.999000Z' },
      {
        ...nothing, ...second, city: 'a', total: '3.30', events: 2, units: 4294967294, weight: 0.75, cheapest: '1.10',
        last: '1970-01-01T00:00:00.900000Z', first_user: 'u', mean_units: 2147483647, users: 2, prices: 2,
      },
    ]);
  });

  // time     0         1000        2000
  // window   |‹- 0 ---›|‹-- 1 ----›|
  // closeMs           ● 999: nothing  ● 1000: window 0
  test('is published when the watermark reaches its end, once', () => {
    const state = after(empty, 0, 500, 1000);
    expect(emit(state, { ...quiet, closeMs: 999 }).results).toBeNull();
    const closed = emit(state, { ...quiet, closeMs: 1000 });
    expect(brief(closed.results)).toEqual([[0, 2, 1]]);
    expect(emit(closed.state, { ...quiet, closeMs: 1999 }).results).toBeNull();
  });

  test('publishes the next revision of a key that a late event changed, and of no other key', () => {
    const two = apply(after(empty, 0), exampleDelta([exampleEvent(0, { city: 'b' })]));
    const closed = emit(two, { ...quiet, closeMs: 1000 });
    const corrected = emit(after(closed.state, 10), { ...quiet, closeMs: 1000 });
    expect(lines(closed.results).map(({ city }) => city)).toEqual(['a', 'b']);
    expect(lines(corrected.results).map(({ city, revision }) => [city, revision])).toEqual([['a', 2]]);
  });

  test('publishes open windows on flush, and corrects them later', () => {
    const flushed = emit(after(empty, 0, 5000), { ...quiet, flush: true });
    expect(brief(flushed.results)).toEqual([[0, 1, 1], [5, 1, 1]]);
    expect(emit(flushed.state, { ...quiet, flush: true }).results).toBeNull();
    const closed = emit(after(flushed.state, 1), { ...quiet, closeMs: 10_000 });
    expect(brief(closed.results)).toEqual([[0, 2, 2]]);
  });

  test('leaves pending rows of open windows alone while it publishes others', () => {
    const closed = emit(after(after(empty, 0, 7000), 1, 7001), { ...quiet, closeMs: 1000 });
    expect(brief(closed.results)).toEqual([[0, 2, 1]]);
    expect([...closed.state.windows.keys()]).toEqual([0]);
    expect(brief(emit(closed.state, { ...quiet, closeMs: 8000 }).results)).toEqual([[7, 2, 1]]);
  });

  // window 0 ends at 1000, its lateness at 3000
  test('is forgotten after its lateness, and what comes then is counted', () => {
    const closed = emit(after(empty, 0, 4000), { closeMs: 2999, purgeMs: 2999, flush: false });
    expect([...closed.state.windows.keys()]).toEqual([0]);
    const purged = emit(closed.state, { closeMs: 3000, purgeMs: 3000, flush: false });
    expect(purged.state.windows.size).toBe(0);
    const late = after(purged.state, 999, 998, 4001);
    expect(late.expiredEvents).toBe(2);
    expect(brief(emit(late, { ...quiet, flush: true }).results)).toEqual([[4, 2, 1]]);
  });

  test('is never forgotten with a change that was not published', () => {
    const state = emit(after(empty, 0), { closeMs: null, purgeMs: 50_000, flush: false }).state;
    expect(brief(emit(state, { ...quiet, closeMs: 50_000 }).results)).toEqual([[0, 1, 1]]);
  });

  test('costs no new state when there is nothing to do', () => {
    const state = after(empty, 5000);
    expect(emit(state, { ...quiet, closeMs: 5999 }).state).toBe(state);
  });

  test('merges many small deltas, and large ones, before an emission asks for it', () => {
    let state = empty;
    for (let batch = 0; batch < 300; batch++) state = after(state, batch);
    expect(state.pending.length).toBeLessThan(256);
    const many = Array.from({ length: 21_000 }, (_, at) => exampleEvent(at % 1000, { city: 'a', height: at, user: 'u' }));
    state = apply(state, exampleDelta(many));
    expect([state.pending.length, state.rows > 21_000]).toEqual([0, true]);
    const results = lines(emit(state, { ...quiet, closeMs: 1000 }).results);
    expect([results.length, results[0]?.events]).toEqual([21_001, 300]);
  });
});
