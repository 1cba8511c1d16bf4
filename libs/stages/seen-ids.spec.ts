/** An id is seen exactly as long as the horizon says, whatever was forgotten, merged or restored meanwhile. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SeenIds } from './seen-ids.js';

fc.configureGlobal({ seed: 7 });

/** The same, in the plainest way: time never runs back, and an id counts from when it was last new. */
class PlainIds {
  readonly #arrived = new Map<string, number>();
  #newestMs = -Infinity;
  constructor(private readonly horizonMs: number) {}

  add(id: string, arrivedMs: number): boolean {
    const nowMs = Math.max(arrivedMs, this.#newestMs);
    const before = this.#arrived.get(id);
    if (before !== undefined && nowMs - before <= this.horizonMs) return false;
    this.#arrived.set(id, nowMs);
    this.#newestMs = nowMs;
    return true;
  }
}

type Action = { readonly kind: 'add'; readonly id: string; readonly afterMs: number } | { readonly kind: 'snapshot' | 'restore' };

const anyAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('add' as const), id: fc.constantFrom(...'abcdefghij', 'ü', ''), afterMs: fc.integer({ min: -15, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('snapshot' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const) }) },
);

describe('an id', () => {
  test('counts as seen through the last millisecond of the horizon', () => {
    const seen = new SeenIds(100);
    expect([seen.add('a', 1000), seen.add('a', 1100), seen.add('a', 1101), seen.add('a', 1201), seen.add('a', 1202)]).toEqual([true, false, true, false, true]);
  });

  test('counts from its arrival, which a duplicate does not renew', () => {
    const seen = new SeenIds(100);
    seen.add('a', 0);
    for (let at = 10; at <= 100; at += 10) expect(seen.add('a', at)).toBe(false);
    expect(seen.add('a', 101)).toBe(true);
  });

  test('counts as seen when a clock steps back', () => {
    const seen = new SeenIds(100);
    seen.add('a', 1000);
    seen.add('b', 5);
    seen.add('c', 1050);
    expect([seen.add('a', 1100), seen.add('b', 1100), seen.add('a', 3)]).toEqual([false, false, false]);
  });

  test('is seen exactly as in a plain map, through snapshots and restores at any place', () => {
    fc.assert(fc.property(fc.array(anyAction, { maxLength: 120 }), fc.integer({ min: 0, max: 80 }), (actions, horizonMs) => {
      const plain = new PlainIds(horizonMs);
      let seen = new SeenIds(horizonMs);
      let atMs = 1_000_000;
      for (const action of actions) {
        if (action.kind === 'add') {
          atMs += action.afterMs;
          expect(seen.add(action.id, atMs)).toBe(plain.add(action.id, atMs));
        } else {
          const parts = seen.snapshot();
          if (action.kind === 'restore') seen = SeenIds.restore(parts, horizonMs);
        }
      }
    }), { numRuns: 150 });
  });
});

describe('a snapshot', () => {
  test('keeps the parts that did not change, so that they are stored once', () => {
    const seen = new SeenIds(1_000_000);
    for (let i = 0; i < 1000; i++) seen.add(`a${i}`, i);
    const [first] = seen.snapshot();
    for (let i = 0; i < 10; i++) seen.add(`b${i}`, 2000 + i);
    const second = seen.snapshot();
    expect(second[0]).toBe(first);
    expect(second).toHaveLength(2);
    expect(seen.snapshot()).toEqual(second);
  });

  test('has few parts however often it is taken', () => {
    const seen = new SeenIds(1_000_000);
    let parts: Uint8Array[] = [];
    for (let i = 0; i < 500; i++) {
      seen.add(`a${i}`, i);
      parts = seen.snapshot();
    }
    expect(parts.length).toBeLessThan(12);
  });

  test('drops what lies behind the horizon', () => {
    const seen = new SeenIds(100);
    for (let i = 0; i < 1000; i++) seen.add(`a${i}`, i);
    seen.snapshot();
    seen.add('new', 2000);
    const [only, ...more] = seen.snapshot();
    expect(more).toEqual([]);
    expect(SeenIds.restore([only!], 100).add('new', 2000)).toBe(false);
    expect(only!.length).toBeLessThan(1500);
  });
});
