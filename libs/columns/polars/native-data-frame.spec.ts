/** The native objects of nodejs-polars are where we reach them, and a version that moves them is named at the start. */
import { readFileSync } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import pl from 'nodejs-polars';
import { dataFrameOf, nativeOf, planErrorOf, polarsProblem, polarsVersion } from './native-data-frame.js';

test('the version that we know is the one that package.json names', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect([polarsVersion, pl.version]).toEqual([dependencies['nodejs-polars'], dependencies['nodejs-polars']]);
});

describe('nodejs-polars as it is installed', () => {
  test('passes the check of the start', () => {
    expect(polarsProblem()).toBeUndefined();
  });

  test('keeps the native frame behind a column that hides a method', () => {
    const frame = pl.DataFrame({ height: [1, 2, 3], slice: ['a', 'b', 'c'] });
    const native = nativeOf(frame);
    expect([native.height, native.columns, native.slice(1, 1).toRow(0)]).toEqual([3, ['height', 'slice'], [2, 'b']]);
    expect(dataFrameOf(native.clone()).getColumn('slice').toArray()).toEqual(['a', 'b', 'c']);
  });

  test('keeps the error of a query that cannot be planned in the plan', () => {
    const plan = (sql: string) => pl.SQLContext({ t: pl.DataFrame({ a: [1] }) }).execute(sql);
    expect(planErrorOf(plan('SELECT a FROM t'))).toBeUndefined();
    expect(planErrorOf(plan('SELECT b FROM t'))?.message).toContain('unable to find column "b"');
  });
});

test('one that keeps them elsewhere is refused, with the version that is expected', () => {
  const make = pl.DataFrame;
  const moved = jest.spyOn(pl, 'DataFrame').mockImplementation(((data: Record<string, unknown>) => {
    const { _df, ...rest } = make(data);
    return { ...rest, native: _df };
  }) as unknown as typeof pl.DataFrame);
  expect(polarsProblem()).toMatch(
    `where nodejs-polars ${polarsVersion} keeps them; the one that is installed, ${pl.version},`,
  );
  moved.mockRestore();
});
