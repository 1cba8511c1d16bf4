/** Every example of docs/sql.md gives what the page says, and takes each event alone; what the page calls missing is. */
import { describe, expect, test } from '@jest/globals';
import { type DataFrame, pickRows } from '#columns/polars/data-frames';
import { rowsNdjson } from '#columns/polars/rows-ndjson';
import { runSql } from '#columns/polars/sql';
import { rowWiseProblem } from '#stages/row-wise/row-wise-problem';
import { dialect, exampleEvents, missing, withoutSubstitute } from './sql-dialect.js';

const events = exampleEvents();
const query = (expression: string): string => `SELECT ${expression} AS v FROM events`;
/** Of each event, as JSON. */
const results = (expression: string, of: DataFrame = events): string[] =>
  rowsNdjson(runSql(query(expression), { events: of })).map((line) =>
    JSON.stringify((JSON.parse(line) as { v: unknown }).v),
  );

const examples = [
  ...Object.values(dialect).flat(),
  ...missing.flatMap(([, instead, gives]) => (gives === undefined ? [] : [[instead, gives] as const])),
];

describe('an example of SQL', () => {
  test.each(examples)('%s gives %s', (expression, gives) => {
    const [first] = results(expression);
    expect(first).toBe(JSON.stringify(JSON.parse(gives)));
    expect(results(expression, pickRows(events, [1, 0]))[1]).toBe(first);
    expect(rowWiseProblem(query(expression), events, {})).toBeUndefined();
  });

  test.each([...missing.map(([expression]) => expression), ...withoutSubstitute.map(([expression]) => expression)])(
    '%s is missing, and the page says so',
    (expression) => {
      expect(() => runSql(query(expression), { events })).toThrow();
    },
  );
});
