/** The tables of a lake-writer commit side by side only as far as memory allows. */
import { describe, expect, test } from '@jest/globals';
import { LakeBudget } from './lake-budget.js';

/** A commit that ends when told to. */
function commitOf(budget: LakeBudget, bytes: number): { readonly started: () => boolean; end(): Promise<void> } {
  let started = false;
  let finish: () => void = () => undefined;
  const work = new Promise<void>((resolve) => (finish = resolve));
  const commit = budget.commit(bytes, () => {
    started = true;
    return work;
  });
  const end = (): Promise<void> => {
    finish();
    return commit;
  };
  return { started: () => started, end };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the budget of a lake-writer', () => {
  test('gives each table its share of what may wait', () => {
    expect(new LakeBudget(100, 3).tableBytesMax).toBe(34);
    expect(new LakeBudget(100, 0).tableBytesMax).toBe(100);
  });

  test('lets small commits run side by side, and one that is too large for the rest waits', async () => {
    const budget = new LakeBudget(100, 4);
    const commits = [10, 10, 10, 5].map((bytes) => commitOf(budget, bytes));
    await turn();
    expect(commits.map(({ started }) => started())).toEqual([true, true, false, true]);
    await commits[0]!.end();
    await turn();
    expect(commits[2]!.started()).toBe(true);
    await Promise.all(commits.slice(1).map(({ end }) => end()));
  });

  test('lets a commit of any size run alone, and goes on after one that failed', async () => {
    const budget = new LakeBudget(100, 1);
    const [large, small] = [commitOf(budget, 1_000), commitOf(budget, 1)];
    await turn();
    expect([large.started(), small.started()]).toEqual([true, false]);
    await large.end();
    await turn();
    expect(small.started()).toBe(true);
    await small.end();
    await expect(budget.commit(1_000, () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
    expect(await budget.commit(1_000, () => Promise.resolve('done'))).toBe('done');
  });
});
