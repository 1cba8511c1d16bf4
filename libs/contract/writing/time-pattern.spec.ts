/** What patterns of times read, against DuckDB's strptime, and which patterns there cannot be. */
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Unstorable } from '../values/stored.js';
import { timePattern } from './time-pattern.js';
import { storePatternTime } from './times.js';
import { writeTime } from './write-time.js';
import { zoneOffsets } from './zone-offsets.js';

fc.configureGlobal({ seed: 1 });

type ReadTime = (text: string) => unknown;

/** Microseconds of a text in UTC, or the reason why it is none. */
function reader(pattern: string): ReadTime {
  const compiled = timePattern(pattern);
  if (typeof compiled === 'string') throw new Error(`${pattern} ${compiled}`);
  const store = storePatternTime(pattern, compiled, () => 0);
  return (text) => {
    const stored = store(text, '', {}, undefined as never);
    return stored instanceof Unstorable ? stored.reason : stored;
  };
}

const utc = (iso: string): number => Date.parse(iso) * 1000;

describe('a pattern', () => {
  test.each([
    ['dd/MM/yyyy HH:mm:ss', '31/12/2025 23:59:59', '2025-12-31T23:59:59Z'],
    ['d/M/yyyy H:mm', '1/2/2025 7:05', '2025-02-01T07:05:00Z'],
    ['d/M/yyyy H:mm', '11/12/2025 17:05', '2025-12-11T17:05:00Z'],
    ['yyyy-MM-dd HH:mm:ss.SSS', '2025-12-31 23:59:59.123', '2025-12-31T23:59:59.123Z'],
    ['yyyy-MM-ddTHH:mm:ss[.SSSSSS]', '2025-12-31T23:59:59', '2025-12-31T23:59:59Z'],
    ['yyyy-MM-ddTHH:mm:ss[.SSSSSS]', '2025-12-31T23:59:59.5', '2025-12-31T23:59:59.5Z'],
    ['yyyy-MM-dd HH:mm:ss,SSS', '2025-12-31 23:59:59,250', '2025-12-31T23:59:59.25Z'],
    ['yyyyMMddHHmmss', '20251231235959', '2025-12-31T23:59:59Z'],
    ['MM/dd/yyyy hh:mm:ss a', '12/31/2025 12:00:01 AM', '2025-12-31T00:00:01Z'],
    ['MM/dd/yyyy h:mma', '12/31/2025 12:30pm', '2025-12-31T12:30:00Z'],
    ['dd/MMM/yyyy:HH:mm:ss Z', '10/Oct/2000:13:55:36 -0700', '2000-10-10T20:55:36Z'],
    ['yyyy-MM-ddTHH:mm:ssZ', '2025-01-01T00:00:00+05', '2024-12-31T19:00:00Z'],
    ['yyyy-MM-ddTHH:mm:ssZ', '2025-01-01T00:00:00+0530', '2024-12-31T18:30:00Z'],
    ['yyyy-MM-ddTHH:mm:ssZ', '2025-01-01T00:00:00-03:00', '2025-01-01T03:00:00Z'],
    ['yyyy-MM-ddTHH:mm:ssZ', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z'],
    ["dd.MM.yyyy 'um' HH'h'mm", '05.06.2025 um 07h08', '2025-06-05T07:08:00Z'],
  ])('%s reads %s', (pattern, text, iso) => {
    expect(reader(pattern)(text)).toBe(utc(iso));
  });

  test.each([
    ['dd/MM/yyyy HH:mm', '1/02/2025 07:05'],
    ['dd/MM/yyyy HH:mm', '01/02/2025 07:05 '],
    ['dd/MM/yyyy HH:mm', '29/02/2025 07:05'],
    ['dd/MM/yyyy HH:mm', '01/13/2025 07:05'],
    ['dd/MM/yyyy HH:mm', '01/02/2025 24:00'],
    ['dd/MM/yyyy HH:mm', '01/02/2025T07:05'],
    ['dd/MM/yyyy HH:mm:ss.SSS', '01/02/2025 07:05:00.'],
    ['dd/MM/yyyy HH:mm:ss.SSS', '01/02/2025 07:05:00.1234'],
    ['dd/MM/yyyy hh:mm a', '01/02/2025 13:05 PM'],
    ['dd/MM/yyyy hh:mm a', '01/02/2025 00:05 AM'],
    ['yyyy-MM-dd HH:mm Z', '2025-01-01 00:00 +5'],
    ['yyyy-MM-dd HH:mm Z', '2025-01-01 00:00 +053'],
    ['yyyy-MM-dd HH:mm Z', '2025-01-01 00:00 +05:60'],
  ])('%s does not read %s', (pattern, text) => {
    expect(reader(pattern)(text)).toBe('wrong_format');
  });

  test('takes a leap second, at the end of a UTC day only, as the first instant of the next minute', () => {
    const read = reader('dd/MM/yyyy HH:mm:ss.SSS Z');
    expect(read('31/12/2016 23:59:60.000 Z')).toBe(utc('2017-01-01T00:00:00Z'));
    expect(read('31/12/2016 20:59:60.999 -03')).toBe(utc('2017-01-01T00:00:00Z'));
    expect(read('01/01/2017 05:29:60.5 +0530')).toBe(utc('2017-01-01T00:00:00Z'));
    expect(read('31/12/2016 23:59:60.000 -03')).toBe('wrong_format');
    expect(read('31/12/2016 23:58:60.000 Z')).toBe('wrong_format');
    expect(read('31/12/2016 23:59:61.000 Z')).toBe('wrong_format');
  });

  test('reads the years 0001 to 9999, however the offset moves them', () => {
    const read = reader('yyyy-MM-dd HH:mmZ');
    expect(read('0001-01-01 00:00Z')).toBe(-62_135_596_800_000_000n);
    expect(read('9999-12-31 23:59Z')).toBe(253_402_300_740_000_000n);
    expect(read('0001-01-01 00:00+01')).toBe('time_out_of_range');
    expect(read('9999-12-31 23:59-01')).toBe('time_out_of_range');
    expect(read('0000-06-01 00:00Z')).toBe('time_out_of_range');
  });
});

test.each([
  ['dd/MM/yy HH:mm', /^has yy, which stands for nothing: write yyyy/],
  ['DD/MM/yyyy', /^has DD/],
  ['yyyy-MM-dd HH:mm:ssXXX', /^has XXX/],
  ['MM/yyyy', /^has no day/],
  ['dd/MM/yyyy dd', /^has the day twice/],
  ['dd/MM/yyyy ss', /^has a second without minute/],
  ['dd/MM/yyyy hh:mm', /^has one of h and a without the other/],
  ['dd/MM/yyyy HH:mm a', /^has one of h and a without the other/],
  ['dMyyyy', /^has d, whose number of digits is open/],
  ['yyyy-M-d1', /^has d, whose number of digits is open/],
  ['yyyy-MM-dd[ HH:mm', /^has a \[ without/],
  ['yyyy-MM-dd] HH:mm', /^has a \] without/],
  ["yyyy-MM-dd 'at HH:mm", /^has a quote that does not end/],
])('%s is no pattern, and the answer says what to write', (pattern, message) => {
  expect(timePattern(pattern)).toMatch(message);
});

test.each([
  'dd/MM/yyyy HH:mm:ss.SSS',
  "d MMM yyyy 'at' h:mm:ss,SSSSSS a",
  'yyyy-M-ddTH:mm:ss[.SSS][Z]',
  'yyyyMMdd hhmmss.SSS a Z',
])('%s reads what it writes', (pattern) => {
  const compiled = timePattern(pattern);
  if (typeof compiled === 'string') throw new Error(compiled);
  for (const zone of ['UTC', 'Asia/Kolkata', 'America/New_York']) {
    const store = storePatternTime(pattern, compiled, zoneOffsets(zone)!);
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1950-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        (date) => {
          const text = writeTime(pattern, zone, date.getTime()) ?? '';
          const read = Number(store(text, '', {}, undefined as never)) / 1000;
          // An hour that comes twice is the earlier one.
          expect([0, 3_600_000]).toContain(date.getTime() - read);
        },
      ),
    );
  }
});

test('DuckDB reads the same instants, and refuses the same texts', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const forms: [ours: string, theirs: string][] = [
    ['dd/MM/yyyy HH:mm:ss', '%d/%m/%Y %H:%M:%S'],
    ['yyyy-MM-dd HH:mm:ss.SSSSSS', '%Y-%m-%d %H:%M:%S.%f'],
    ['yyyyMMddHHmmss', '%Y%m%d%H%M%S'],
    ['MM-dd-yyyy hh:mm:ss a', '%m-%d-%Y %I:%M:%S %p'],
    ['dd MMM yyyy HH:mm', '%d %b %Y %H:%M'],
  ];
  for (const [ours, theirs] of forms) {
    const texts = fc.sample(textOf(ours), 2000);
    const values = texts.map((text) => `('${text}')`).join();
    const result = await connection.runAndReadAll(
      `SELECT epoch_us(try_strptime(t, '${theirs}'))::DOUBLE FROM (VALUES ${values}) AS texts(t)`,
    );
    const expected = result.getRows().map(([micros]) => micros ?? 'wrong_format');
    expect(expected.filter((one) => one === 'wrong_format').length).toBeGreaterThan(20);
    expect(texts.map(reader(ours)).map((one, at) => [texts[at], one])).toEqual(
      expected.map((one, at) => [texts[at], one]),
    );
  }
  connection.closeSync();
  instance.closeSync();
});

/** Numbers around their bounds: some there are not. */
function textOf(pattern: string): fc.Arbitrary<string> {
  const two = (max: number): fc.Arbitrary<string> => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
  const months = fc.constantFrom('Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec');
  const fields: Record<string, fc.Arbitrary<string>> = {
    yyyy: fc.integer({ min: 1700, max: 2240 }).map(String),
    MMM: months,
    MM: two(13),
    dd: two(32),
    HH: two(24),
    hh: two(13),
    mm: two(60),
    ss: two(59),
    SSSSSS: fc.integer({ min: 0, max: 999_999 }).map((n) => String(n).padStart(6, '0')),
    a: fc.constantFrom('AM', 'PM'),
  };
  const pieces = pattern.match(/([a-zA-Z])\1*|[^a-zA-Z]/g) ?? [];
  return fc.tuple(...pieces.map((piece) => fields[piece] ?? fc.constant(piece))).map((parts) => parts.join(''));
}
