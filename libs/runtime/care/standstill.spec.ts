/** A loop stands still while the thread beside it is awake; a process that slept has missed nothing. */
import { describe, expect, test } from '@jest/globals';
import { Standstill } from './standstill.js';
import { marked, WorkMarks } from './work-marks.js';

/** Looks every 250 ms. */
function stoodAfter(looks: ReadonlyArray<readonly [ticks: number, nowMs: number]>): number {
  const standstill = new Standstill(250);
  return looks.map(([ticks, nowMs]) => standstill.look(ticks, false, nowMs).stoodMs).at(-1)!;
}
const still = (fromMs: number, throughMs: number): Array<readonly [number, number]> =>
  Array.from({ length: (throughMs - fromMs) / 250 + 1 }, (_, i) => [5, fromMs + i * 250] as const);

describe('a loop', () => {
  test('that ticks does not stand still', () => {
    expect(
      stoodAfter([
        [1, 0],
        [2, 250],
        [3, 500],
        [4, 60_000],
      ]),
    ).toBe(0);
  });

  test('stands still for as long as its thread sees no tick', () => {
    expect(stoodAfter(still(0, 20_000))).toBe(20_000);
  });

  test('that ticks again stands still from then on only', () => {
    expect(stoodAfter([...still(0, 20_000), [6, 20_250], [6, 20_500]])).toBe(250);
  });

  test('of a process that was stopped for an hour has stood still for as long as its thread was awake', () => {
    expect(stoodAfter([...still(0, 1_000), ...still(3_601_000, 3_602_000)])).toBe(1_000 + 500 + 1_000);
  });
});

test('an end lasts while the thread is awake, whether the loop ticks or not', () => {
  const standstill = new Standstill(250);
  const looks = Array.from({ length: 9 }, (_, i) => standstill.look(i, i > 0, i * 250));
  expect(looks.at(-1)).toEqual({ stoodMs: 0, endingMs: 2_000 });
});

describe('marks', () => {
  test('show another thread what is under way, and the ticks', () => {
    const marks = new WorkMarks(['a', 'b']);
    const seen = new WorkMarks(['a', 'b'], marks.memory);
    marks.of('b').begin(1, 2 ** 40, 2 ** 40 + 3);
    marks.tick();
    marks.ends();
    expect({ works: seen.works, ticks: seen.ticks, isEnding: seen.isEnding }).toEqual({
      works: [{ task: 'b', input: 1, first: 2 ** 40, last: 2 ** 40 + 3 }],
      ticks: 1,
      isEnding: true,
    });
    marks.of('b').end();
    expect(seen.works).toEqual([]);
  });

  test('are gone however the work ends', async () => {
    const marks = new WorkMarks(['a']);
    const during: unknown[] = [];
    const work = { input: 0, first: 1, last: 2 };
    const failing = marked(marks.of('a'), work, async () => {
      during.push(...marks.works);
      throw new Error('store away');
    });
    await expect(failing).rejects.toThrow('store away');
    expect([during, marks.works]).toEqual([[{ task: 'a', ...work }], []]);
  });
});
