/** Numbers that events write as texts, and cents: exactly what they say, or refused. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contractOf, reader } from '../columns/example-writing.js';

fc.configureGlobal({ seed: 1 });

const euros = {
  type: 'string',
  format: 'decimal',
  'x-precision': 30,
  'x-scale': 2,
  'x-decimal': ',',
  'x-thousands': '.',
};

describe('numbers in texts', () => {
  test('are decimals, exactly', () => {
    const read = reader({ ...euros, type: ['string', 'number'], minimum: 0 });
    expect(read('"1.234,56"')).toBe(123_456);
    expect(read('"1234,5"')).toBe(123_450);
    expect(read('"12.345.678.901.234.567.890,12"')).toBe(1_234_567_890_123_456_789_012n);
    expect(read('1234.5')).toBe(123_450);
    expect(read('"-1,00"')).toBe('out_of_bounds /v must be >= 0');
    expect(read('"1,234"')).toMatch(/^decimal_scale/);
  });

  test.each([
    '1.23,4',
    '12.34.567',
    '1234.567,00',
    '1.234.56',
    '1,234.56',
    '.234',
    '1.234,',
    ',5',
    '',
    ' 1',
    '1.2345',
    '+1',
    '1e3',
    '٣',
  ])('that are not written so are refused, and never guessed: %j', (text) => {
    expect(reader(euros)(JSON.stringify(text))).toBe('wrong_format /v must be a number such as 1.234,50');
  });

  test('are integers and doubles, with the bounds of the contract', () => {
    const whole = reader({
      type: 'string',
      'x-type': 'integer',
      'x-thousands': '.',
      maximum: 9_000_000_000_000_000_000,
    });
    expect(whole('"1.234"')).toBe(1234);
    expect(whole('"9.000.000.000.000.000.000"')).toBe(9_000_000_000_000_000_000n);
    expect(whole('"9.000.000.000.000.000.001"')).toMatch(/^out_of_bounds \/v/);
    expect(whole('1234')).toMatch(/^wrong_type \/v must be string/);
    const number = reader({
      type: ['string', 'number', 'null'],
      'x-type': 'number',
      'x-decimal': ',',
      enum: [1.5, 2, 0.1, null],
    });
    expect(number('"1,5"')).toBe(1.5);
    expect(number('2')).toBe(2);
    expect(number('"1e-1"')).toBe(0.1);
    expect(number('"1,6"')).toMatch(/^not_in_enum/);
    expect(number('null')).toBeNull();
    expect(reader({ type: 'string', 'x-type': 'number' })('"1e999"')).toMatch(/^number_out_of_range/);
    expect(reader({ type: 'string', 'x-type': 'integer' })('"9223372036854775808"')).toMatch(/^number_out_of_range/);
    expect(reader({ type: 'string', 'x-type': 'integer' })('"-9223372036854775808"')).toBe(-(2n ** 63n));
  });

  test('come out of every way in which Intl writes them', () => {
    const marks: [locale: string, decimal: string, thousands: string][] = [
      ['pt-BR', ',', '.'],
      ['en-US', '.', ','],
      ['fr-FR', ',', '\u202f'],
      ['de-CH', '.', "'"],
    ];
    for (const [locale, decimal, thousands] of marks) {
      const read = reader({ ...euros, 'x-decimal': decimal, 'x-thousands': thousands });
      const form = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 });
      fc.assert(
        fc.property(fc.bigInt(-(10n ** 24n), 10n ** 24n), (units) => {
          const digits = String(units < 0n ? -units : units).padStart(3, '0');
          const plain = `${units < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
          const stored = read(JSON.stringify(form.format(plain as unknown as number)));
          expect(BigInt(stored as number)).toBe(units);
        }),
      );
    }
  });

  test('with a separator at any other place are refused', () => {
    const read = reader(euros);
    const whole = fc.bigInt(1n, 10n ** 12n).map(String);
    fc.assert(
      fc.property(whole, fc.nat(), fc.nat(), (digits, first, second) => {
        const cuts = [...new Set([first, second].map((at) => at % (digits.length + 1)))].sort((a, b) => b - a);
        const text = cuts.reduce((cut, at) => `${cut.slice(0, at)}.${cut.slice(at)}`, digits);
        const isRight = text === new Intl.NumberFormat('de-DE').format(BigInt(digits));
        expect(typeof read(JSON.stringify(text)) === 'number').toBe(isRight);
      }),
      { numRuns: 1000 },
    );
  });

  test('are cents, which are units of a decimal', () => {
    const column = contractOf({ type: 'integer', 'x-unit': 'cents' }).columns.at(-1);
    expect(column?.type).toEqual({ kind: 'decimal', precision: 18, scale: 2 });
    const read = reader({ type: 'integer', 'x-unit': 'cents', 'x-precision': 6, minimum: -5 });
    expect(read('12345')).toBe(12_345);
    expect(read('-6')).toMatch(/^out_of_bounds/);
    expect(read('1000000')).toMatch(/^decimal_precision/);
    expect(read('1.5')).toMatch(/^wrong_type/);
    const text = reader({ type: 'string', 'x-unit': 'cents' });
    expect(text('"12345"')).toBe(12_345);
    expect(text('"123.45"')).toMatch(/^wrong_type|^wrong_format/);
  });
});
