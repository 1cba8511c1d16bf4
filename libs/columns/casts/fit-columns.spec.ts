/** Which rows that were made for other columns fit, and what they become. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asTimestamps, columnNames, type DataFrame, rowCount } from '../polars/data-frames.js';
import { runSql } from '../polars/sql.js';
import type { ColumnType } from '../types/column-spec.js';
import { ConformError, conform } from './conform.js';
import { column, dataFrameOf, decimal, fitted, place } from './example-fits.js';
import { fitColumns } from './fit-columns.js';

fc.configureGlobal({ seed: 1 });

describe('text', () => {
  const texts = [
    '3',
    '03',
    '+3',
    'abc',
    '2.75',
    '2.750',
    '1e3',
    ' 3',
    '3\n',
    '',
    null,
    '-7',
    '9223372036854775807',
    '9223372036854775808',
    '9007199254740993',
    'NaN',
    'inf',
    '١',
    '-0.05',
    '.5',
    '5.',
  ];

  test.each<[string, ColumnType, readonly string[]]>([
    ['int64', { kind: 'int64' }, ['3', '-7', '9223372036854775807', '9007199254740993']],
    ['int32', { kind: 'int32' }, ['3', '-7']],
    ['float64', { kind: 'float64' }, ['3', '2.75', '2.750', '-7', '-0.05']],
    ['decimal(10,2)', decimal(10, 2), ['3', '2.75', '-7', '-0.05']],
  ])('is %s where its text is that number exactly', (_, to, fitting) => {
    const got = fitted(dataFrameOf({ kind: 'string' }, texts), to);
    expect(texts.filter((text, at) => text !== null && got[at] !== undefined)).toEqual(fitting);
    for (const [at, text] of texts.entries()) if (got[at] !== undefined) expect(Number(got[at])).toBe(Number(text));
  });

  test('is made of each number, and becomes the same number again', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (values) => {
        expect(fitted(dataFrameOf({ kind: 'float64' }, values), { kind: 'string' }).map(Number)).toEqual(values);
      }),
    );
    expect(fitted(dataFrameOf({ kind: 'int64' }, [2n ** 63n - 1n, -1n]), { kind: 'string' })).toEqual([
      '9223372036854775807',
      '-1',
    ]);
    expect(fitted(dataFrameOf(decimal(20, 2), ['900719925474099301.20']), { kind: 'string' })).toEqual([
      '900719925474099301.20',
    ]);
  });
});

test('NaN and infinities are no integers and no decimals', () => {
  for (const to of [{ kind: 'int32' }, { kind: 'int64' }, decimal(20, 2)] as const)
    expect(fitted(dataFrameOf({ kind: 'float64' }, [Number.NaN, Infinity, -Infinity, 2]), to).slice(0, 3)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
});

describe('times', () => {
  test('are dates at midnight only, and are no text or number', () => {
    const frame = asTimestamps(
      dataFrameOf({ kind: 'int64' }, [86_400_000_000n, 86_400_000_001n, null, -86_400_000_000n]),
      ['n'],
    );
    const { rows, misfits } = fitColumns(frame, [column({ kind: 'date' })])!;
    expect([...misfits.keys()]).toEqual([1]);
    expect(runSql('SELECT CAST(n AS VARCHAR) AS n FROM t', { t: rows }).toRecords()).toEqual([
      { n: '1970-01-02' },
      { n: null },
      { n: '1969-12-31' },
    ]);
    for (const kind of ['string', 'int64', 'bool'] as const)
      expect([...fitColumns(frame, [column({ kind })])!.misfits.keys()]).toEqual([0, 1, 3]);
  });

  test('of dates are their midnights', () => {
    const dates = runSql('SELECT CAST(n AS DATE) AS n FROM t', {
      t: dataFrameOf({ kind: 'int32' }, [0, 19_000, null]),
    });
    const { rows, misfits } = fitColumns(dates, [column({ kind: 'timestamp' })])!;
    expect(misfits.size).toBe(0);
    expect(runSql('SELECT CAST(n AS BIGINT) AS n FROM t', { t: rows }).toRecords()).toEqual([
      { n: 0 },
      { n: 19_000 * 86_400_000_000 },
      { n: null },
    ]);
  });
});

describe('a frame', () => {
  const two = dataFrameOf({ kind: 'float64' }, [1, 2.75, null, 3]);

  test('that is as it should be is left alone', () => {
    expect(fitColumns(two, [column({ kind: 'float64' })])).toBeUndefined();
    expect(fitColumns(two, [place, column({ kind: 'float64' })])).toBeUndefined();
  });

  test('keeps the columns that nobody asks for', () => {
    const { rows, misfits } = fitColumns(two, [column({ kind: 'int64' })])!;
    expect([columnNames(rows), [...misfits.keys()]]).toEqual([['n', 'place'], [1]]);
    expect(runSql('SELECT place FROM t', { t: rows }).toRecords()).toEqual([{ place: 0 }, { place: 2 }, { place: 3 }]);
  });

  test('says of each row that does not fit which column it is, and why', () => {
    const { rows, misfits } = fitColumns(two, [column({ kind: 'int64' }, 'n', false), place])!;
    expect([...misfits].map(([row, { column: name, missing }]) => [row, name, missing])).toEqual([
      [1, 'n', false],
      [2, 'n', true],
    ]);
    expect(misfits.get(1)!.message).toBe(
      'column "n" is int64; another version of the pipeline took this event with a float64 there that cannot become one without loss',
    );
    expect(rowCount(rows)).toBe(2);
  });

  test('has null in a nullable column that it lacks, of any type, and does not fit where the column is required', () => {
    const added = column({ kind: 'timestamp' }, 'at');
    expect(fitColumns(two, [place, added])!.misfits.size).toBe(0);
    const { rows, misfits } = fitColumns(two, [place, { ...added, nullable: false }])!;
    expect([[...misfits.keys()], rowCount(rows), columnNames(rows)]).toEqual([[0, 1, 2, 3], 0, ['place', 'at', 'n']]);
  });
});

test('a table refuses what it would have to round, cut or guess', () => {
  const refused: readonly (readonly [DataFrame, ColumnType])[] = [
    [dataFrameOf({ kind: 'float64' }, [2.75]), { kind: 'int64' }],
    [dataFrameOf({ kind: 'float64' }, [2.75]), { kind: 'date' }],
    [dataFrameOf({ kind: 'int64' }, [2n ** 53n + 1n]), { kind: 'float64' }],
    [dataFrameOf({ kind: 'int64' }, [2n ** 31n]), { kind: 'int32' }],
    [dataFrameOf(decimal(9, 4), ['1.0001']), decimal(9, 2)],
    [dataFrameOf({ kind: 'string' }, ['1.005']), decimal(9, 2)],
    [dataFrameOf({ kind: 'string' }, ['abc']), { kind: 'int64' }],
    [dataFrameOf({ kind: 'int64' }, [1n]), { kind: 'bool' }],
  ];
  for (const [frame, to] of refused) expect(() => conform(frame, [column(to)])).toThrow(ConformError);
  expect(() => conform(refused[0]![0], [column({ kind: 'int64' })])).toThrow(
    '1 of 1 values of column n are float64 and cannot become int64 without loss',
  );
});
