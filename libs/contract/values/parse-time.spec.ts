/** Dates and times against Date.parse and the calendar. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDate, parseDateTime } from './parse-time.js';

fc.configureGlobal({ seed: 1 });

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
const anyDate = fc.date({
  min: new Date('0001-01-02T00:00:00Z'),
  max: new Date('9999-12-30T23:59:59.999Z'),
  noInvalidDate: true,
});
const anyOffset = fc.record({
  sign: fc.constantFrom('+', '-'),
  hour: fc.integer({ min: 0, max: 23 }),
  minute: fc.integer({ min: 0, max: 59 }),
});

describe('a date-time', () => {
  test('agrees with Date.parse at every instant and offset, and keeps microseconds', () => {
    fc.assert(
      fc.property(
        anyDate,
        anyOffset,
        fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 6 }),
        (date, offset, finer) => {
          const text = date.toISOString().replace('Z', '');
          const zone = `${offset.sign}${pad(offset.hour, 2)}:${pad(offset.minute, 2)}`;
          const expected = BigInt(Date.parse(text + zone)) * 1000n + BigInt(finer.padEnd(3, '0').slice(0, 3));
          const parsed = parseDateTime(text + finer + zone);
          if (parsed === 'time_out_of_range') throw new Error(text + zone);
          expect(BigInt(parsed)).toBe(expected);
          expect(typeof parsed).toBe(Number.isSafeInteger(Number(expected)) ? 'number' : 'bigint');
        },
      ),
      { numRuns: 500 },
    );
  });

  test('accepts only calendar dates and clock times that exist', () => {
    const near = fc.tuple(
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
    );
    const clock = fc.tuple(
      fc.integer({ min: 0, max: 25 }),
      fc.integer({ min: 0, max: 61 }),
      fc.integer({ min: 0, max: 61 }),
    );
    fc.assert(
      fc.property(near, clock, ([year, month, day], [hour, minute, second]) => {
        const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
        const text = `${date}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}Z`;
        const time = new Date(text);
        const exists = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text.slice(0, 19));
        expect(parseDateTime(text)).toEqual(exists ? expect.anything() : 'wrong_format');
        expect(parseDateTime(text) === 'wrong_format').toBe(!exists);
        const days = Date.parse(`${date}T00:00:00Z`) / 86_400_000;
        const onCalendar = !Number.isNaN(days) && new Date(days * 86_400_000).toISOString().startsWith(date);
        expect(parseDate(date)).toBe(onCalendar ? days : 'wrong_format');
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01T00:00:00.0000019Z', 1],
    ['1969-12-31T23:59:59.9999999Z', -1],
    ['1970-01-01t01:00:00.5+01:00', 500_000],
    ['2024-02-29 12:00:00z', 1_709_208_000_000_000],
    ['1969-12-31T23:30:00-00:30', 0],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000_000n],
    ['9999-12-31T23:59:59.999999Z', 253_402_300_799_999_999n],
  ])('reads %s', (text, micros) => {
    expect(parseDateTime(text)).toBe(micros);
  });

  test.each([
    '',
    '1970-01-01',
    '1970-01-01T00:00:00',
    '1970-01-01T00:00Z',
    '1970-01-01T00:00:00.Z',
    '1970-01-01T00:00:00.1234567890Z',
    '1970-01-01T00:00:00+0100',
    '1970-01-01T00:00:00+24:00',
    '1970-01-01T00:00:00+01:60',
    '1970-01-01T00:00:60Z',
    '1970-01-01T24:00:00Z',
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    ' 1970-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z ',
    '1970-01-01T00:00:00ZZ',
    '1970-1-01T00:00:00Z',
    '197a-01-01T00:00:00Z',
    '1970-01-01T00:00:00.12x4Z',
    '1970-01-01T00:00:0\u0660Z',
    '-001-01-01T00:00:00Z',
  ])('refuses %j', (text) => {
    expect(parseDateTime(text)).toBe('wrong_format');
  });

  test.each([
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '+012024-01-01T00:00:00Z',
    '10000-01-01T00:00:00Z',
  ])('finds %s out of range', (text) => {
    expect(parseDateTime(text)).toBe('time_out_of_range');
  });

  test('refuses any other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(['wrong_format', 'time_out_of_range']).toContain(parseDateTime(text));
        expect(['wrong_format', 'time_out_of_range']).toContain(parseDate(text));
      }),
    );
  });
});

describe('a date', () => {
  test('is days since the epoch', () => {
    expect(parseDate('1970-01-01')).toBe(0);
    expect(parseDate('0001-01-01')).toBe(-719_162);
    expect(parseDate('9999-12-31')).toBe(2_932_896);
    expect(parseDate('0000-12-31')).toBe('time_out_of_range');
    expect(parseDate('2024-02-30')).toBe('wrong_format');
    expect(parseDate('2024-02-29T00:00:00Z')).toBe('wrong_format');
  });
});
