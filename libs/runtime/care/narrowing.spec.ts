/** A narrowing finds just the rows that fail, at a bounded cost, and always comes to an end. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeRefused, encodeRefused } from '#frame/refused';
import {
  beginNarrowing,
  failuresMax,
  learn,
  type Narrowing,
  nextTrial,
  type Outcome,
  type Trial,
} from './narrowing.js';

fc.configureGlobal({ seed: 7 });

interface Found {
  readonly refused: Trial;
  readonly trials: number;
  readonly failures: number;
  /** Rows of all trials. */
  readonly work: number;
}

/** Narrows until the frame is tried in earnest, now and then through JSON. */
function narrow(rows: number, tryRows: (from: number, to: number) => Outcome): Found {
  let narrowing = beginNarrowing(rows);
  let [trials, failures, work] = [0, 0, 0];
  for (let trial = nextTrial(narrowing); trial.kind === 'rows'; trial = nextTrial(narrowing)) {
    const outcome = tryRows(trial.from, trial.to);
    trials++;
    work += trial.to - trial.from;
    if (outcome.kind !== 'passed') failures++;
    narrowing = learn(narrowing, outcome);
    if (trials % 20 === 1) narrowing = JSON.parse(JSON.stringify(narrowing)) as Narrowing;
  }
  return { refused: nextTrial(narrowing), trials, failures, work };
}

const passed: Outcome = { kind: 'passed' };
const failing =
  (bad: ReadonlySet<number>, kind: 'failed' | 'died' = 'failed') =>
  (from: number, to: number): Outcome => {
    const first = [...bad].find((row) => row >= from && row < to);
    return first === undefined ? passed : { kind, said: to - from === 1 ? `m${first % 3}` : 'many' };
  };
const placesIn = (trial: Trial): number[] =>
  trial.kind === 'frame' ? trial.refused.flatMap(({ rows }) => (rows === 'all' ? [] : rows)).sort((a, b) => a - b) : [];

describe('narrowing', () => {
  test('finds exactly the rows that fail alone, each with its own message, at the stated cost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 700 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 60 }),
        (rows, picks) => {
          const bad = new Set(picks.map((pick) => pick % rows));
          const { refused, trials, work } = narrow(rows, failing(bad));
          expect(placesIn(refused)).toEqual([...bad].sort((a, b) => a - b));
          for (const { rows: places, message } of refused.kind === 'frame' ? refused.refused : [])
            for (const row of places) expect(message).toBe(`m${Number(row) % 3}`);
          expect(trials).toBeLessThanOrEqual(
            Math.min(rows * 1.5 + 8, 1 + bad.size * (8 + 4 * Math.ceil(Math.log(rows + 1) / Math.log(4)))),
          );
          expect(work).toBeLessThanOrEqual(rows * (1 + Math.ceil(Math.log(rows + 1) / Math.log(4))));
        },
      ),
    );
  });

  test('of half of 2,000 rows takes less than 2,500 trials', () => {
    const { refused, trials } = narrow(2_000, failing(new Set(Array.from({ length: 1_000 }, (_, i) => i * 2))));
    expect(placesIn(refused)).toHaveLength(1_000);
    expect(trials).toBeLessThan(2_500);
  });

  test('of one row on which the process dies costs three deaths in 5,000 rows, and the one of the whole', () => {
    const { refused, failures } = narrow(5_000, failing(new Set([3_333]), 'died'));
    expect([placesIn(refused), failures]).toEqual([[3_333], 4]);
  });

  test('convicts nobody of deaths of a range of which every row lives alone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 400 }),
        fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
        (rows, fates) => {
          let n = 0;
          const byChance = (from: number, to: number): Outcome =>
            to - from > 1 && fates[n++ % fates.length] ? { kind: 'died', said: 'killed' } : passed;
          expect(narrow(rows, byChance).refused).toEqual({ kind: 'frame', refused: [] });
        },
      ),
    );
  });

  test('refuses rows that fail only together, and no more than that', () => {
    const together = (from: number, to: number): Outcome =>
      from <= 4 && to > 5 ? { kind: 'failed', said: 'sum' } : passed;
    expect(narrow(16, together).refused).toEqual({ kind: 'frame', refused: [{ rows: [4, 5, 6, 7], message: 'sum' }] });
    const apart = (from: number, to: number): Outcome =>
      (from <= 3 && to > 12) || (from <= 9 && to > 9) ? { kind: 'failed', said: 'x' } : passed;
    expect(placesIn(narrow(16, apart).refused)).toEqual([9]);
  });

  test('tries the frame again where no row of it fails, then refuses it whole, then halts', () => {
    let narrowing = beginNarrowing(9);
    expect(nextTrial(narrowing)).toEqual({ kind: 'rows', from: 0, to: 9 });
    narrowing = learn(narrowing, passed);
    for (let failures = 0; failures < failuresMax; failures++) {
      expect(nextTrial(narrowing)).toEqual({ kind: 'frame', refused: [] });
      narrowing = learn(narrowing, { kind: 'failed', said: 'again' });
    }
    expect(nextTrial(narrowing)).toEqual({ kind: 'frame', refused: [{ rows: 'all', message: 'again' }] });
    expect(nextTrial(learn(narrowing, { kind: 'failed', said: 'without rows' }))).toEqual({
      kind: 'halt',
      said: 'without rows',
    });
  });

  test('refuses the frame whole where it fails without its guilty rows', () => {
    let narrowing = beginNarrowing(1);
    narrowing = learn(narrowing, { kind: 'failed', said: 'row' });
    expect(nextTrial(narrowing)).toEqual({ kind: 'frame', refused: [{ rows: [0], message: 'row' }] });
    expect(nextTrial(learn(narrowing, { kind: 'failed', said: 'still' }))).toEqual({
      kind: 'frame',
      refused: [{ rows: 'all', message: 'still' }],
    });
  });

  test('halts where a frame without rows fails again and again', () => {
    let narrowing = beginNarrowing(0);
    for (let failures = 0; failures < failuresMax; failures++) {
      expect(nextTrial(narrowing)).toEqual({ kind: 'frame', refused: [] });
      narrowing = learn(narrowing, { kind: 'failed', said: 'again' });
    }
    expect(nextTrial(narrowing)).toEqual({ kind: 'halt', said: 'again' });
  });
});

describe('what is refused', () => {
  test('is said in a header of bounded size, however many rows and messages there are', () => {
    const said = (row: number): Outcome => ({ kind: 'failed', said: `${row} é ${'ü'.repeat(150)}` });
    const { refused } = narrow(6_500, (from, to) => (to - from > 1 || from % 2 === 0 ? said(from) : passed));
    const values = refused.kind === 'frame' ? refused.refused.map(encodeRefused) : [];
    expect(values.join('').length).toBeLessThan(16 * 1024);
    expect(placesIn(refused)).toHaveLength(3_250);
    expect(refused).toEqual({ kind: 'frame', refused: values.map(decodeRefused) });
  });
});
