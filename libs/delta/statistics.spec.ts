/** Statistics and partition values in the text forms of the protocol. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ColumnType } from '#columns/types/column-spec';
import { partitionFolder, partitionValue } from './partition-values.js';
import { encodeStatistics } from './statistics.js';

fc.configureGlobal({ seed: 1 });

function bounds(type: ColumnType, min: string, max = min): { minValues: unknown; maxValues: unknown } {
  const { minValues, maxValues } = JSON.parse(encodeStatistics(1, [{ path: ['c'], type, nullCount: 0, min, max }]));
  return { minValues: minValues.c, maxValues: maxValues.c };
}
const bytewise = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('statistics', () => {
  test('keep large integers and decimals exact', () => {
    const stats = encodeStatistics(2, [
      { path: ['n'], type: { kind: 'int64' }, nullCount: 0, min: '-9007199254740993', max: '9007199254740993' },
      {
        path: ['d"'],
        type: { kind: 'decimal', precision: 38, scale: 2 },
        nullCount: 1,
        min: '0.10',
        max: '12345678901234567890.12',
      },
    ]);
    expect(stats).toBe(
      '{"numRecords":2,"minValues":{"n":-9007199254740993,"d\\"":0.10},' +
        '"maxValues":{"n":9007199254740993,"d\\"":12345678901234567890.12},"nullCount":{"n":0,"d\\"":1}}',
    );
  });

  test('leave out what is unknown or has no text form', () => {
    const none = { minValues: undefined, maxValues: undefined };
    expect(bounds({ kind: 'float64' }, '-inf', 'inf')).toEqual(none);
    expect(bounds({ kind: 'date' }, '+10000-01-01')).toEqual(none);
    expect(bounds({ kind: 'timestamp' }, '9223372036854775807')).toEqual(none);
    expect(
      encodeStatistics(1, [{ path: ['b'], type: { kind: 'binary' }, nullCount: 1, min: undefined, max: undefined }]),
    ).toBe('{"numRecords":1,"minValues":{},"maxValues":{},"nullCount":{"b":1}}');
  });

  test('say nothing of a list', () => {
    expect(
      encodeStatistics(1, [
        {
          path: ['h'],
          type: { kind: 'list', item: { type: { kind: 'string' }, nullable: true } },
          nullCount: 1,
          min: undefined,
          max: undefined,
        },
      ]),
    ).toBe('{"numRecords":1,"minValues":{},"maxValues":{},"nullCount":{}}');
  });

  test('are one-line JSON forms of every type', () => {
    expect(bounds({ kind: 'bool' }, 'false', 'true')).toEqual({ minValues: false, maxValues: true });
    expect(bounds({ kind: 'float64' }, '1e-7', '1e+300')).toEqual({ minValues: 1e-7, maxValues: 1e300 });
    expect(bounds({ kind: 'date' }, '1969-12-31')).toEqual({ minValues: '1969-12-31', maxValues: '1969-12-31' });
    expect(bounds({ kind: 'timestamp' }, '-1', '1700000000123456')).toEqual({
      minValues: '1969-12-31T23:59:59.999Z',
      maxValues: '2023-11-14T22:13:20.124Z',
    });
  });

  test('bound timestamps from both sides within a millisecond', () => {
    fc.assert(
      fc.property(fc.bigInt(-60_000_000_000_000_000n, 250_000_000_000_000_000n), (us) => {
        const { minValues, maxValues } = bounds({ kind: 'timestamp' }, String(us));
        const [low, high] = [minValues, maxValues].map((v) => BigInt(Date.parse(String(v))) * 1000n);
        expect(low !== undefined && high !== undefined && low <= us && us <= high && high - low <= 1000n).toBe(true);
      }),
    );
  });

  test('bound text from both sides with at most a few more than 32 characters', () => {
    const any = fc.string({ unit: 'binary', maxLength: 80 });
    const high = fc
      .array(fc.constantFrom('a', '\u{10FFFF}', '\u{1F600}', 'é'), { maxLength: 80 })
      .map((p) => p.join(''));
    fc.assert(
      fc.property(fc.oneof(any, high), (text) => {
        const { minValues, maxValues } = bounds({ kind: 'string' }, text);
        expect(bytewise(String(minValues), text)).toBeLessThanOrEqual(0);
        expect(bytewise(text, String(maxValues))).toBeLessThanOrEqual(0);
        expect(Array.from(String(minValues)).length).toBeLessThanOrEqual(32);
        expect(String(maxValues).isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('partition values', () => {
  test('are texts of the protocol; empty text is null', () => {
    expect(partitionValue({ kind: 'string' }, '')).toBeNull();
    expect(partitionValue({ kind: 'string' }, null)).toBeNull();
    expect(partitionValue({ kind: 'int32' }, '7')).toBe('7');
    expect(partitionValue({ kind: 'timestamp' }, '0')).toBe('1970-01-01T00:00:00.000000Z');
    expect(partitionValue({ kind: 'timestamp' }, '-1')).toBe('1969-12-31T23:59:59.999999Z');
  });

  test('show as hive folders with safe names that any file system takes', () => {
    expect(partitionFolder({ year: '2024', region: null })).toBe('year=2024/region=__HIVE_DEFAULT_PARTITION__');
    expect(partitionFolder({ a: '../x y*é' })).toBe('a=..%2Fx%20y%2A%C3%A9');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (value) => {
        const folder = partitionFolder({ k: value });
        expect(folder).toMatch(/^k=([A-Za-z0-9_.-]|%[0-9A-F]{2})*$/);
        expect(folder.length).toBeLessThan(255);
      }),
    );
  });
});
