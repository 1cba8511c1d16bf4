/** Decimals against BigInt arithmetic and DuckDB. */
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DecimalShape, unitsOfNumber, unitsOfSource, unitsOfText } from './parse-decimal.js';

fc.configureGlobal({ seed: 1 });

const anyShape: fc.Arbitrary<DecimalShape> = fc
  .integer({ min: 1, max: 38 })
  .chain((precision) =>
    fc.record({ precision: fc.constant(precision), scale: fc.integer({ min: 0, max: precision }) }),
  );
const digits = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength });
const anyParts = fc.record({ sign: fc.constantFrom('', '-'), whole: digits(1, 40), fraction: digits(0, 40) });

/** The answer by BigInt arithmetic: value × 10^places, then one exact division. */
function expected(
  sign: string,
  whole: string,
  fraction: string,
  exponent: number,
  { precision, scale }: DecimalShape,
): bigint | string {
  const value = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  const places = scale + exponent - fraction.length;
  const divisor = places < 0 ? 10n ** BigInt(-places) : 1n;
  if (value % divisor !== 0n) return 'decimal_scale';
  const units = places < 0 ? value / divisor : value * 10n ** BigInt(places);
  return (units < 0n ? -units : units) < 10n ** BigInt(precision) ? units : 'decimal_precision';
}

const widened = (units: number | bigint | string): bigint | string => {
  if (typeof units === 'bigint') expect(Number.isSafeInteger(Number(units))).toBe(false);
  return typeof units === 'string' ? units : BigInt(units);
};

describe('a decimal', () => {
  test('from text is what BigInt arithmetic says, for every precision and scale', () => {
    fc.assert(
      fc.property(anyParts, anyShape, ({ sign, whole, fraction }, shape) => {
        const text = `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
        expect(widened(unitsOfText(text, shape))).toBe(expected(sign, whole, fraction, 0, shape));
      }),
      { numRuns: 1000 },
    );
  });

  test('from short text too', () => {
    const short = fc.record({ sign: fc.constantFrom('', '-'), whole: digits(1, 7), fraction: digits(0, 4) });
    fc.assert(
      fc.property(
        short,
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 6, max: 20 }),
        ({ sign, whole, fraction }, scale, precision) => {
          const text = `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
          expect(widened(unitsOfText(text, { precision, scale }))).toBe(
            expected(sign, whole, fraction, 0, { precision, scale }),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('from a JSON number of up to 15 digits is exactly the number as it was written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', '-'),
        digits(1, 15),
        fc.integer({ min: -30, max: 20 }),
        anyShape,
        (sign, whole, exponent, shape) => {
          const value = JSON.parse(`${sign}${BigInt(whole)}e${exponent}`) as number;
          expect(widened(unitsOfNumber(value, shape))).toBe(expected(sign, whole, '', exponent, shape));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('from the source of a JSON number keeps every digit', () => {
    fc.assert(
      fc.property(
        anyParts,
        fc.integer({ min: -40, max: 40 }),
        anyShape,
        ({ sign, whole, fraction }, exponent, shape) => {
          const source = `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}E${exponent}`;
          expect(widened(unitsOfSource(source, shape))).toBe(expected(sign, whole, fraction, exponent, shape));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('equals what DuckDB stores for the same text', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const shape = { precision: 38, scale: 9 };
    const parts = fc.sample(
      fc.record({ sign: fc.constantFrom('', '-'), whole: digits(1, 28), fraction: digits(1, 9) }),
      { numRuns: 200, seed: 7 },
    );
    const texts = parts.map(({ sign, whole, fraction }) => `${sign}${whole}.${fraction}`);
    const values = texts.map((text) => `('${text}'::DECIMAL(38,9))`).join(',');
    const reader = await connection.runAndReadAll(`SELECT v::VARCHAR FROM (VALUES ${values}) t(v)`);
    const stored = reader.getRows().map(([text]) => BigInt(String(text).replace('.', '')));
    expect(texts.map((text) => widened(unitsOfText(text, shape)))).toEqual(stored);
    connection.closeSync();
    instance.closeSync();
  });

  test.each([
    ['129.9', 12_990],
    ['129.900', 12_990],
    ['-0.00', 0],
    ['007.5', 750],
    ['0.05', 5],
    ['1.005', 'decimal_scale'],
    ['9999999999.99', 999_999_999_999],
    ['10000000000', 'decimal_precision'],
    ['', 'wrong_format'],
    ['-', 'wrong_format'],
    ['.5', 'wrong_format'],
    ['5.', 'wrong_format'],
    ['+5', 'wrong_format'],
    ['1e2', 'wrong_format'],
    ['1,5', 'wrong_format'],
    ['1.2.3', 'wrong_format'],
    [' 1', 'wrong_format'],
    ['NaN', 'wrong_format'],
  ])('of scale 2 reads %j', (text, units) => {
    expect(unitsOfText(text, { precision: 12, scale: 2 })).toBe(units);
  });

  test.each([
    [129.9, 12_990],
    [0.1 + 0.2, 'decimal_scale'],
    [1.005, 'decimal_scale'],
    [-0, 0],
    [1e-7, 'decimal_scale'],
    [1e21, 'decimal_precision'],
  ])('of scale 2 reads the number %d', (value, units) => {
    expect(unitsOfNumber(value, { precision: 12, scale: 2 })).toBe(units);
  });

  test('refuses a megabyte of digits and an absurd exponent at once', () => {
    const shape = { precision: 38, scale: 2 };
    expect(unitsOfText('9'.repeat(1_000_000), shape)).toBe('decimal_precision');
    expect(unitsOfText(`${'0'.repeat(1_000_000)}1`, shape)).toBe(100);
    expect(unitsOfSource('1e999999999999', shape)).toBe('decimal_precision');
    expect(unitsOfSource('1e-999999999999', shape)).toBe('decimal_scale');
    expect(unitsOfSource('0e999999999999', shape)).toBe(0);
  });
});
