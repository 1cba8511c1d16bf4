/** When a window is published, corrected and forgotten. */
import { describe, expect, test } from '@jest/globals';
import { apply } from '../state/apply.js';
import type { WindowState } from '../state/state.js';
import { emit } from './emit.js';
import { emitAll, exampleEvent, examplePartials, newState } from './example-events.js';

interface Line {
  readonly window_start: string;
  readonly city: string | null;
  readonly events: number;
  readonly revision: number;
}

const quiet = { closeMs: null, purgeMs: null, flush: false };

/** Takes events of city a at these times. */
function take(state: WindowState, ...times: readonly number[]): WindowState {
  apply(state, examplePartials(times.map((at) => exampleEvent(at, { city: 'a' }))));
  return state;
}

function parse(lines: readonly string[]): Line[] {
  return lines.map((line) => JSON.parse(line) as Line);
}

/** Start in seconds, events and revision of each published row. */
function brief(lines: readonly string[]): [number, number, number][] {
  return parse(lines).map(({ window_start, events, revision }) => [Date.parse(window_start) / 1000, events, revision]);
}

describe('a tumbling window', () => {
  test('publishes every measure exactly, sorted by window and key with nulls first', () => {
    const events = [
      exampleEvent(900, { city: 'a', price: '2.20', units: 2147483647, weight: 0.5, user: 'v' }),
      exampleEvent(100, { city: 'a', price: '1.10', units: 2147483647, weight: 0.25, user: 'u' }),
      exampleEvent(999),
      exampleEvent(-1, { city: 'a', price: '5.00', units: 1 }),
      exampleEvent(1000, { city: 'b' }),
    ];
    const state = newState();
    apply(state, examplePartials(events));
    const { lines } = emitAll(state, { ...quiet, closeMs: 1000 });
    const nothing = {
      height: null,
      total: null,
      units: null,
      weight: null,
      cheapest: null,
      first_user: null,
      mean_units: null,
      users: 0,
      prices: 0,
      revision: 1,
    };
    const second = { window_start: '1970-01-01T00:00:00Z', window_end: '1970-01-01T00:00:01Z' };
    expect(parse(lines)).toEqual([
      {
        ...nothing,
        window_start: '1969-12-31T23:59:59Z',
        window_end: '1970-01-01T00:00:00Z',
        city: 'a',
        total: '5.00',
        events: 1,
        units: 1,
        cheapest: '5.00',
        last: '1969-12-31T23:59:59.999000Z',
        mean_units: 1,
        prices: 1,
      },
      { ...nothing, ...second, city: null, events: 1, last: '1970-01-01T00:00:00.999000Z' },
      {
        ...nothing,
        ...second,
        city: 'a',
        total: '3.30',
        events: 2,
        units: 4294967294,
        weight: 0.75,
        cheapest: '1.10',
        last: '1970-01-01T00:00:00.900000Z',
        first_user: 'u',
        mean_units: 2147483647,
        users: 2,
        prices: 2,
      },
    ]);
  });

  // time     0         1000        2000
  // window   |‹- 0 ---›|‹-- 1 ----›|
  // closeMs           ● 999: nothing  ● 1000: window 0
  test('is published when the watermark reaches its end, once', () => {
    const state = take(newState(), 0, 500, 1000);
    expect(emit(state, { ...quiet, closeMs: 999 }).lines).toEqual([]);
    expect(brief(emit(state, { ...quiet, closeMs: 1000 }).lines)).toEqual([[0, 2, 1]]);
    expect(emit(state, { ...quiet, closeMs: 1999 }).lines).toEqual([]);
  });

  test('publishes the next revision of a key that a late event changed, and of no other key', () => {
    const state = take(newState(), 0);
    apply(state, examplePartials([exampleEvent(0, { city: 'b' })]));
    expect(parse(emit(state, { ...quiet, closeMs: 1000 }).lines).map(({ city }) => city)).toEqual(['a', 'b']);
    const corrected = emit(take(state, 10), { ...quiet, closeMs: 1000 });
    expect(parse(corrected.lines).map(({ city, revision }) => [city, revision])).toEqual([['a', 2]]);
  });

  test('publishes open windows on flush, and corrects them later', () => {
    const state = take(newState(), 0, 5000);
    expect(brief(emit(state, { ...quiet, flush: true }).lines)).toEqual([
      [0, 1, 1],
      [5, 1, 1],
    ]);
    expect(emit(state, { ...quiet, flush: true }).lines).toEqual([]);
    expect(brief(emit(take(state, 1), { ...quiet, closeMs: 10_000 }).lines)).toEqual([[0, 2, 2]]);
  });

  test('leaves open windows alone while it publishes others', () => {
    const state = take(take(newState(), 0, 7000), 1, 7001);
    expect(brief(emit(state, { ...quiet, closeMs: 1000 }).lines)).toEqual([[0, 2, 1]]);
    expect(brief(emit(state, { ...quiet, closeMs: 8000 }).lines)).toEqual([[7, 2, 1]]);
  });

  // window 0 ends at 1000, its lateness at 3000
  test('is forgotten after its lateness, and what comes then is counted', () => {
    const state = take(newState(), 0, 4000);
    emit(state, { closeMs: 2999, purgeMs: 2999, flush: false });
    expect([...state.windows.keys()]).toEqual([0, 4000]);
    emit(state, { closeMs: 3000, purgeMs: 3000, flush: false });
    expect([...state.windows.keys()]).toEqual([4000]);
    take(state, 999, 998, 4001);
    expect(state.expiredEvents).toBe(2);
    expect(brief(emit(state, { ...quiet, flush: true }).lines)).toEqual([[4, 2, 1]]);
  });

  test('is never forgotten with a change that was not published', () => {
    const state = take(newState(), 0);
    emit(state, { closeMs: null, purgeMs: 50_000, flush: false });
    expect(brief(emit(state, { ...quiet, closeMs: 50_000 }).lines)).toEqual([[0, 1, 1]]);
  });

  // closeMs    ●‹ rows 1, 2 ›  ●‹ a late event of row 1; 3, 4 ›  ●‹ row 1 again ›  ●‹ nothing left: now it may be forgotten ›
  test('comes out in pieces, each row once for each change, and stays until the last one is out', () => {
    const state = newState();
    apply(state, examplePartials(['a', 'b', 'c', 'd'].map((city) => exampleEvent(0, { city }))));
    const options = { closeMs: 9000, purgeMs: 9000, flush: false, rowsMax: 2 };
    const piece = (): unknown => {
      const { lines, more } = emit(state, options);
      return [parse(lines).map(({ city, events, revision }) => [city, events, revision]), more, state.windows.size];
    };
    expect(piece()).toEqual([
      [
        ['a', 1, 1],
        ['b', 1, 1],
      ],
      true,
      1,
    ]);
    take(state, 10);
    expect(piece()).toEqual([
      [
        ['a', 2, 2],
        ['c', 1, 1],
      ],
      true,
      1,
    ]);
    expect(piece()).toEqual([[['d', 1, 1]], false, 0]);
  });

  test('holds any number of keys, in shards of bounded size', () => {
    const state = newState();
    for (let batch = 0; batch < 300; batch++) take(state, batch);
    const count = 50_000;
    apply(
      state,
      examplePartials(
        Array.from({ length: count }, (_, at) => exampleEvent(at % 1000, { city: 'a', height: at, user: 'u' })),
      ),
    );
    const { keys } = state.windows.get(0)!;
    expect(Math.max(...keys.shards().map(({ rows }) => rows))).toBeLessThanOrEqual(16_384);
    const results = parse(emitAll(state, { ...quiet, closeMs: 1000 }).lines);
    expect(new Set(results.map((line) => JSON.stringify(line))).size).toBe(count + 1);
    expect(results.reduce((sum, { events }) => sum + events, 0)).toBe(count + 300);
  });
});
