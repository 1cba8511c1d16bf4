/** Queries run over frames, and say why when they cannot. */
import { describe, expect, test } from '@jest/globals';
import pl from 'nodejs-polars';
import { quoteName, runSql, SqlError } from './sql.js';

const events = pl.DataFrame({ k: ['a', 'b'], 'a "b"': [1, 2] });

describe('runSql', () => {
  test('runs a query over named frames', () => {
    expect(runSql("SELECT k FROM events WHERE k > 'a'", { events }).rows()).toEqual([['b']]);
  });

  test('quotes any column name', () => {
    expect(runSql(`SELECT ${quoteName('a "b"')} AS x FROM events`, { events }).rows()).toEqual([[1], [2]]);
  });

  test.each([
    ['SELECT nope FROM events', 'unable to find column "nope"'],
    ['SELEC k FROM events', 'Expected: an SQL statement, found: SELEC'],
    ['SELECT date_trunc(k) FROM events', "unsupported function 'date_trunc'"],
    ['SELECT k FROM other', "relation 'other' was not found"],
    ['SELECT CAST(k AS BIGINT) FROM events', 'conversion from `str` to `i64` failed'],
  ])('says why %s cannot run', (query, reason) => {
    expect(() => runSql(query, { events })).toThrow(SqlError);
    expect(() => runSql(query, { events })).toThrow(reason);
    expect(() => runSql(query, { events })).toThrow('Tables it may use: events');
  });
});
