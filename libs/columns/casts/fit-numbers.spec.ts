/** Which numbers of other columns fit, against what DuckDB's exact arithmetic says. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sqlType } from '../polars/data-frames.js';
import type { ColumnType } from '../types/column-spec.js';
import { dataFrameOf, decimal, fitted } from './example-fits.js';

fc.configureGlobal({ seed: 1 });

describe('numbers, as DuckDB has them', () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    instance = await DuckDBInstance.create();
    connection = await instance.connect();
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  const int64 = fc.oneof(
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    fc.bigInt(-(2n ** 54n), 2n ** 54n),
    fc.bigInt(-(2n ** 32n), 2n ** 32n),
    fc.bigInt(-200n, 200n),
  );
  const float64 = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer().map((n) => n / 100),
    fc.integer(),
    fc.constantFrom(0, 2 ** 53, 2 ** 63, -(2 ** 63), 0.1, 2.75, 9_007_199_254_740_994),
  );
  const scaled = (scale: number, digits: number) =>
    fc.bigInt(-(10n ** BigInt(digits)) + 1n, 10n ** BigInt(digits) - 1n).map((n) => decimalText(n, scale));
  const cases: readonly (readonly [ColumnType, fc.Arbitrary<unknown>])[] = [
    [{ kind: 'int32' }, fc.integer()],
    [{ kind: 'int64' }, int64],
    [{ kind: 'float64' }, float64],
    [
      decimal(20, 2),
      fc.oneof(
        scaled(2, 20),
        scaled(2, 6),
        fc.bigInt(-50n, 50n).map((n) => decimalText(n * 100n, 2)),
      ),
    ],
    [
      decimal(9, 4),
      fc.oneof(
        scaled(4, 9),
        fc.bigInt(-50n, 50n).map((n) => decimalText(n * 1000n, 4)),
      ),
    ],
  ];
  const pairs = cases.flatMap(([from, values]) =>
    cases.filter(([to]) => to !== from).map(([to]) => [nameOf(from), nameOf(to), from, to, values] as const),
  );

  test.each(pairs)('%s to %s: what fits is equal, what does not fit differs', async (_, __, from, to, values) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 9, arbitrary: values }, { weight: 1, arbitrary: fc.constant(null) }), {
          minLength: 1,
          maxLength: 60,
        }),
        async (given) => {
          const got = fitted(dataFrameOf(from, given), to);
          const rows = given.map(
            (value, at) =>
              `(${at}, ${value === null ? 'NULL' : literal(from, value)}, ${got[at] == null ? 'NULL' : literal(to, got[at])})`,
          );
          const exact = equalIn(from, to)
            .map((type) => `TRY_CAST(is_now AS ${type}) = TRY_CAST(was AS ${type})`)
            .join(' AND ');
          const back = `TRY_CAST(TRY_CAST(was AS ${sqlType(to)}) AS ${sqlType(from)}) = was`;
          const answer = await connection.runAndReadAll(
            `SELECT i, ${exact} AS equal, COALESCE(${back}, FALSE) AS fits FROM (VALUES ${rows.join(', ')}) AS t(i, was, is_now) ORDER BY i`,
          );
          for (const { i: at, equal, fits } of answer.getRowObjects() as {
            i: number;
            equal: boolean | null;
            fits: boolean;
          }[]) {
            if (given[at] === null) expect(got[at]).toBeNull();
            else if (got[at] !== undefined) expect([given[at], got[at], equal]).toEqual([given[at], got[at], true]);
            // Of floats and decimals of many digits we take fewer than might do.
            else if (
              !(from.kind === 'float64' && to.kind === 'decimal') &&
              !(from.kind === 'decimal' && to.kind === 'float64')
            )
              expect([given[at], fits]).toEqual([given[at], false]);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** Types in which equal values are equal: decimals of 38 digits hold each integer and decimal of these tests, floats are equal as floats, and as the integers they are. */
function equalIn(from: ColumnType, to: ColumnType): string[] {
  const kinds = [from.kind, to.kind];
  if (!kinds.includes('float64')) return ['DECIMAL(38, 6)'];
  return kinds.includes('decimal') ? ['DOUBLE'] : ['DOUBLE', 'HUGEINT'];
}

function nameOf(type: ColumnType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind;
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function literal(type: ColumnType, value: unknown): string {
  return `CAST('${Object.is(value, -0) ? '-0.0' : String(value)}' AS ${sqlType(type)})`;
}
