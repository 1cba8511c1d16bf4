/** An id is seen exactly as long as the horizon says, whatever was forgotten, merged or restored meanwhile. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { atOnce, UnreadableStateError } from '#frame/step';
import { chunkIds } from './id-chunk.js';
import { SeenIds } from './seen-ids.js';

fc.configureGlobal({ seed: 7 });

const beginning = (horizonMs: number): SeenIds => SeenIds.begin('secret', horizonMs);
const restored = (parts: readonly Uint8Array[], horizonMs: number): SeenIds =>
  atOnce(SeenIds.restore(parts, horizonMs));

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

type Action =
  | { readonly kind: 'add'; readonly id: string; readonly afterMs: number }
  | { readonly kind: 'snapshot' | 'restore' };

const anyAction: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      id: fc.constantFrom(...'abcdefghij', 'ü', ''),
      afterMs: fc.integer({ min: -15, max: 30 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('snapshot' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const) }) },
);

describe('an id', () => {
  test('counts as seen through the last millisecond of the horizon', () => {
    const seen = beginning(100);
    expect([
      seen.add('a', 1000),
      seen.add('a', 1100),
      seen.add('a', 1101),
      seen.add('a', 1201),
      seen.add('a', 1202),
    ]).toEqual([true, false, true, false, true]);
  });

  test('counts from its arrival, which a duplicate does not renew', () => {
    const seen = beginning(100);
    seen.add('a', 0);
    for (let at = 10; at <= 100; at += 10) expect(seen.add('a', at)).toBe(false);
    expect(seen.add('a', 101)).toBe(true);
  });

  test('counts as seen when a clock steps back', () => {
    const seen = beginning(100);
    seen.add('a', 1000);
    seen.add('b', 5);
    seen.add('c', 1050);
    expect([seen.add('a', 1100), seen.add('b', 1100), seen.add('a', 3)]).toEqual([false, false, false]);
  });

  test('is seen exactly as in a plain map, through snapshots and restores at any place', () => {
    fc.assert(
      fc.property(fc.array(anyAction, { maxLength: 120 }), fc.integer({ min: 0, max: 80 }), (actions, horizonMs) => {
        const plain = new PlainIds(horizonMs);
        let seen = beginning(horizonMs);
        let atMs = 1_000_000;
        for (const action of actions) {
          if (action.kind === 'add') {
            atMs += action.afterMs;
            expect(seen.add(action.id, atMs)).toBe(plain.add(action.id, atMs));
          } else {
            const parts = seen.snapshot();
            if (action.kind === 'restore') seen = restored(parts, horizonMs);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

test('ids are seen exactly as in a plain map, while tables split and shrink, are restored, and most ids come again', () => {
  const horizonMs = 20_000;
  const plain = new PlainIds(horizonMs);
  let seen = beginning(horizonMs);
  let random = 7;
  const differences: number[] = [];
  for (let n = 0; n < 400_000; n++) {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
    // A quiet time now and then, after which most is forgotten.
    const atMs = Math.floor(n / 8) + Math.floor(n / 150_000) * 15_000;
    if (seen.add(`id ${random % 180_000}`, atMs) !== plain.add(`id ${random % 180_000}`, atMs)) differences.push(n);
    if (n % 130_000 === 129_999)
      seen = restored(
        seen.snapshot().map((part) => Uint8Array.from(part)),
        horizonMs,
      );
  }
  expect(differences).toEqual([]);
});

describe('a snapshot', () => {
  const noted = (count: number, seen = beginning(1_000_000)): SeenIds => {
    const from = seen.count;
    for (let i = from; i < from + count; i++) seen.add(`a${i}`, i);
    return seen;
  };

  test('keeps the parts that did not change, so that they are stored once', () => {
    const seen = noted(2 * chunkIds + 10);
    const first = seen.snapshot();
    expect(first).toHaveLength(4);
    expect(noted(0, seen).snapshot().slice(1)).toEqual(first.slice(1));
    const second = noted(10, seen).snapshot();
    expect(second.map((part, i) => part === first[i])).toEqual([false, true, true, false]);
    expect(second[0]).toEqual(first[0]);
  });

  test('is not changed by what comes after it', () => {
    const seen = noted(chunkIds - 5);
    const parts = seen.snapshot();
    const copies = parts.map((part) => Uint8Array.from(part));
    noted(20, seen);
    expect(parts).toEqual(copies);
    expect(atOnce(SeenIds.restore(copies, 1_000_000)).count).toBe(chunkIds - 5);
  });

  test('drops what lies behind the horizon', () => {
    const seen = beginning(100);
    for (let i = 0; i < 3 * chunkIds; i++) seen.add(`a${i}`, Math.floor(i / 1000));
    const before = seen.snapshot().length;
    seen.add('new', 1_000_000);
    expect(seen.snapshot().length).toBeLessThan(before);
    expect(seen.count).toBe(1);
    expect(restored(seen.snapshot(), 100).count).toBe(1);
  });

  test('is the same for the same ids, and another key gives other hashes', () => {
    const built = (secret: string) => {
      const seen = SeenIds.begin(secret, 100);
      seen.add('a', 1);
      return seen.snapshot().map((part) => Buffer.from(part).toString('hex'));
    };
    expect(built('x')).toEqual(built('x'));
    expect(built('x')[1]).not.toBe(built('y')[1]);
  });

  test('of another format is refused, never misread', () => {
    const [head, ids] = noted(3).snapshot() as [Uint8Array, Uint8Array];
    const changed = (at: number, value: number): Uint8Array =>
      Uint8Array.from(ids, (byte, i) => (i === at ? value : byte));
    const cases: ReadonlyArray<readonly Uint8Array[]> = [
      [],
      [ids],
      [Buffer.from('ARROW1')],
      [Buffer.from('{"format":"event-ids/3","key":"k"}')],
      [Buffer.from('null')],
      [head, Buffer.from('ARROW1')],
      [head, new Uint8Array(0)],
      [head, changed(3, 2)],
      [head, changed(4, 9)],
      [head, ids.subarray(0, -4)],
    ];
    for (const parts of cases) expect(() => restored(parts, 100)).toThrow(UnreadableStateError);
    expect(() => restored([head, changed(3, 2)], 100)).toThrow(
      'the snapshot holds event ids in format 2, and this version knows format 1',
    );
  });

  test('gives back parts that came from anywhere in a buffer', () => {
    const shifted = noted(chunkIds + 7)
      .snapshot()
      .map((part) => Buffer.concat([Buffer.from('x'), part]).subarray(1));
    const seen = restored(shifted, 1_000_000);
    expect(seen.count).toBe(chunkIds + 7);
    expect([seen.add('a0', 2000), seen.add(`a${chunkIds + 6}`, 2000), seen.add('b', 2000)]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('memory', () => {
  test('is at most 32 bytes an id whatever its length, and does not grow when as many are forgotten as come', () => {
    const seen = beginning(400);
    const perId: number[] = [];
    for (let i = 0; i < 1_200_000; i++) {
      seen.add(i % 100_000 === 0 ? `${i}`.repeat(50_000) : `id ${i}`, Math.floor(i / 1000));
      if (i % 50_000 === 0 && i >= 200_000) perId.push(seen.bytes / seen.count);
    }
    expect(seen.count).toBe(401_000);
    // A chunk that is begun, and one that is not yet forgotten as a whole, count in full.
    expect(Math.max(...perId)).toBeLessThan(32 + (2 * 1_310_744) / 200_000);
    expect(perId.at(-1)!).toBeLessThan(32 + (2 * 1_310_744) / 401_000);
  });
});
