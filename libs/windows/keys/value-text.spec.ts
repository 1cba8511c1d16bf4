/** Values as results write them can be read back exactly. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ColumnType } from '#columns/types/column-spec';
import { parseDateTime } from '#contract/values/parse-time';
import { decimalText, timeText, valueText } from './value-text.js';

const decimal = (scale: number): ColumnType => ({ kind: 'decimal', precision: 38, scale });

test.each<[ColumnType, Parameters<typeof valueText>[0], string]>([
  [{ kind: 'string' }, undefined, 'null'],
  [{ kind: 'string' }, 'é "b"\n\u0000', '"é \\"b\\"\\n\\u0000"'],
  [{ kind: 'int32' }, -2147483648, '-2147483648'],
  [{ kind: 'int64' }, -(2n ** 63n), '-9223372036854775808'],
  [{ kind: 'float64' }, 0.1, '0.1'],
  [{ kind: 'float64' }, -0, '0'],
  [{ kind: 'float64' }, Number.NaN, 'null'],
  [{ kind: 'float64' }, -Infinity, 'null'],
  [{ kind: 'bool' }, false, 'false'],
  [{ kind: 'date' }, -1, '"1969-12-31"'],
  [{ kind: 'date' }, 0, '"1970-01-01"'],
  [{ kind: 'date' }, -719_162, '"0001-01-01"'],
  [{ kind: 'date' }, 2_932_896, '"9999-12-31"'],
  [{ kind: 'timestamp' }, 0, '"1970-01-01T00:00:00.000000Z"'],
  [{ kind: 'timestamp' }, -1n, '"1969-12-31T23:59:59.999999Z"'],
  [{ kind: 'timestamp' }, -62_135_596_800_000_000n, '"0001-01-01T00:00:00.000000Z"'],
  [{ kind: 'timestamp' }, 253_402_300_799_999_999n, '"9999-12-31T23:59:59.999999Z"'],
  [decimal(2), -5n, '"-0.05"'],
  [decimal(2), 0n, '"0.00"'],
  [decimal(0), -7n, '"-7"'],
  [decimal(38), 10n ** 38n - 1n, `"0.${'9'.repeat(38)}"`],
])('%j %p is written as %s', (type, value, text) => {
  expect(valueText(value, type)).toBe(text);
});

describe('whatever the value', () => {
  test('a time of the years that tables hold is read back exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }), (us) => {
        expect(BigInt(parseDateTime(JSON.parse(valueText(us, { kind: 'timestamp' })) as string))).toBe(us);
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  test('a decimal has its digits behind the point, and no others', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n - 10n ** 38n, max: 10n ** 38n - 1n }), fc.nat(38), (units, scale) => {
        const text = decimalText(units, scale);
        expect(text).toMatch(scale === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${scale}}$`));
        expect(BigInt(text.replace('.', ''))).toBe(units);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

test('times of windows have milliseconds only where windows need them', () => {
  expect([timeText(-1000, true), timeText(1, false)]).toEqual(['1969-12-31T23:59:59Z', '1970-01-01T00:00:00.001Z']);
});
