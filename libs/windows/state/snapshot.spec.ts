/** A snapshot: what did not change is not made again, and what is taken up from it goes on as it would have. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { emit } from '../results/emit.js';
import { emitAll, exampleEvent, examplePartials, exampleSpec, newState } from '../results/example-events.js';
import { apply } from './apply.js';
import { restore, snapshot } from './snapshot.js';
import type { WindowState } from './state.js';

const manyRows = 6000;
const smallWindows = 40;
const largeStartMs = 100_000;

/** Small windows at 0, 1000 … 39,000 ms, then a large one. */
function filled(): WindowState {
  const state = newState();
  const small = Array.from({ length: smallWindows * 2 }, (_, at) =>
    exampleEvent(at * 500, { city: `c${at % 3}`, user: `u${at}`, price: '1.50' }),
  );
  const large = Array.from({ length: manyRows }, (_, at) =>
    exampleEvent(largeStartMs, { city: 'é', height: at, units: at, user: `u${at % 7}` }),
  );
  apply(state, examplePartials([...small, ...large]));
  return state;
}

const save = (state: WindowState): Uint8Array[] => [...snapshot(state)];
const body = (parts: readonly Uint8Array[]): readonly Uint8Array[] => parts.slice(0, -1);
const changed = (before: readonly Uint8Array[], after: readonly Uint8Array[]): Uint8Array[] =>
  body(after).filter((part) => !before.includes(part));
const everything = { closeMs: 1_000_000, purgeMs: null, flush: false };

describe('the parts of a snapshot', () => {
  let state: WindowState;
  let first: Uint8Array[];
  beforeAll(() => {
    state = filled();
    first = save(state);
  });

  test('are few: small windows share them', () => {
    expect(first.length).toBeLessThan(smallWindows / 2);
  });

  test('are the same objects while nothing changes', () => {
    expect(changed(first, save(state))).toEqual([]);
    expect(save(state).at(-1)).toEqual(first.at(-1));
  });

  test('of all windows but the one that an event came to stay the same, and of a large window all but the row', () => {
    const before = save(state);
    apply(state, examplePartials([exampleEvent(3000, { city: 'c0' })]));
    const small = save(state);
    expect(changed(before, small)).toHaveLength(1);
    expect(small).toHaveLength(before.length);
    apply(state, examplePartials([exampleEvent(largeStartMs, { city: 'é', height: 17 })]));
    const large = save(state);
    const [part, ...more] = changed(small, large);
    expect(more).toEqual([]);
    expect(large).toHaveLength(small.length + 1);
    expect(part!.length).toBeLessThan(Math.max(...small.map(({ length }) => length)) / 10);
  });

  test('stay the same when other windows are forgotten', () => {
    emitAll(state, everything);
    const published = save(state);
    // The first 32 windows fill two parts, which go as a whole.
    emitAll(state, { ...everything, purgeMs: 34_000 });
    const purged = save(state);
    expect([state.windows.size, changed(published, purged)]).toEqual([9, []]);
    expect(purged).toHaveLength(published.length - 2);
    // Two windows of a part that others share: this one part is made again.
    emitAll(state, { ...everything, purgeMs: 36_000 });
    expect([state.windows.size, changed(purged, save(state)).length]).toEqual([7, 1]);
  });

  test('have the same bytes when they are taken up and saved again', () => {
    const parts = save(state);
    expect(save(restore(parts, exampleSpec)).map((part) => Buffer.from(part))).toEqual(
      parts.map((part) => Buffer.from(part)),
    );
  });
});

describe('a state that is taken up from a snapshot', () => {
  test('goes on as it would have: in the middle of a publication, with corrections, late events and purges', () => {
    const run = (restarts: boolean): unknown[] => {
      let state = filled();
      const seen: unknown[] = [];
      for (let at = 0; at < 12; at++) {
        const emission = emit(state, {
          closeMs: largeStartMs + 1000,
          purgeMs: at > 8 ? largeStartMs + 1000 : 20_000,
          flush: false,
          rowsMax: at > 6 ? 8000 : 30,
        });
        seen.push(emission);
        if (restarts) state = restore(save(state), exampleSpec);
        apply(
          state,
          examplePartials([
            exampleEvent(at * 1000, { city: 'c1', user: 'u1', price: '0.01' }),
            exampleEvent(largeStartMs, { city: 'é', height: at, user: `u${at}` }),
          ]),
        );
      }
      return [...seen, state.expiredEvents, state.purgedStartMs, state.size.entries];
    };
    expect(run(true)).toEqual(run(false));
  });

  test('knows before the first event as much as a new one', () => {
    const state = restore(save(newState()), exampleSpec);
    expect([state.windows.size, state.purgedStartMs, state.layout]).toEqual([0, -Infinity, undefined]);
    expect(emit(state, { ...everything, flush: true }).lines).toEqual([]);
  });

  test('refuses columns of other types than it was made of', () => {
    const state = restore(save(filled()), exampleSpec);
    expect(() => state.setTypes(state.layout!.types.map(() => ({ kind: 'string' })))).toThrow(
      /^The columns of window sales have changed their types/,
    );
  });
});

test.each<[string, (parts: Uint8Array[]) => Uint8Array[], string]>([
  ['nothing', () => [], 'it is empty'],
  ['a part too few', (parts) => parts.slice(1), 'it has fewer parts than it names'],
  ['a part too many', (parts) => [parts[0]!, ...parts], 'it has more parts than it names'],
  ['another format', (parts) => [...body(parts), Buffer.from('{"format":1}')], 'its format is 1, this version reads 2'],
  [
    'no header',
    (parts) => [...body(parts), Buffer.from('ARROW1')],
    'its format is not of this version, this version reads 2',
  ],
])('%s is no snapshot, and the message says what to do', (_, broken, reason) => {
  expect(() => restore(broken(save(filled())), exampleSpec)).toThrow(
    `The snapshot of window sales cannot be restored: ${reason}. Replay the window from its first retained input instead`,
  );
});
