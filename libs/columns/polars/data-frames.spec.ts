/** Frames survive bytes, stack in order and describe their columns. */
import { describe, expect, test } from '@jest/globals';
import pl from 'nodejs-polars';
import type { ColumnSpec } from '../types/column-spec.js';
import { DataFrameError } from '../types/data-frame-error.js';
import {
  asTimestamps,
  concatDataFrames,
  emptyDataFrame,
  emptyTextCount,
  hasEmptyText,
  intAt,
  nullCount,
  pickRows,
  readDataFrame,
  timeRange,
  writeDataFrame,
} from './data-frames.js';
import { describe as describeFrame } from './describe.js';
import { readNdjson } from './ndjson.js';
import { rowsNdjson } from './rows-ndjson.js';
import { runSql } from './sql.js';

const columns: ColumnSpec[] = [
  { name: 's', type: { kind: 'string' }, nullable: true },
  { name: 'b', type: { kind: 'binary' }, nullable: true },
  { name: 'i', type: { kind: 'int32' }, nullable: true },
  { name: 'l', type: { kind: 'int64' }, nullable: true },
  { name: 'f', type: { kind: 'float64' }, nullable: true },
  { name: 'o', type: { kind: 'bool' }, nullable: true },
  { name: 'd', type: { kind: 'date' }, nullable: true },
  { name: 't', type: { kind: 'timestamp' }, nullable: true },
  { name: 'm', type: { kind: 'decimal', precision: 12, scale: 2 }, nullable: true },
];
const names = columns.map(({ name }) => name);
const frame = pl.DataFrame({ a: [1, 2, 3], k: ['x', 'y', 'z'] });

describe('frames', () => {
  test.each(['uncompressed', 'lz4', 'zstd'] as const)('survive bytes with %s', (compression) => {
    expect(readDataFrame(new Uint8Array(writeDataFrame(frame, compression))).rows()).toEqual(frame.rows());
  });

  test('say that bytes are no Arrow file', () => {
    expect(() => readDataFrame(Buffer.from('nonsense that is no arrow file'))).toThrow(DataFrameError);
    expect(() => readDataFrame(new Uint8Array())).toThrow('0 bytes could not be read as an Arrow IPC file');
  });

  test('describe every column type, binary among them', () => {
    expect(describeFrame(emptyDataFrame(columns), names)).toEqual(columns);
    expect(emptyDataFrame(columns).height).toBe(0);
  });

  test('describe small integers as int64', () => {
    const small = frame.withColumns(pl.col('a').cast(pl.UInt32));
    expect(describeFrame(small, ['a'])).toEqual([{ name: 'a', type: { kind: 'int64' }, nullable: true }]);
  });

  test('say which column a table cannot hold', () => {
    expect(() => describeFrame(frame.withColumns(pl.col('a').cast(pl.Duration('us'))), ['a'])).toThrow(
      'CAST("a" AS VARCHAR)',
    );
    expect(() => describeFrame(frame.withColumns(pl.col('a').cast(pl.Datetime('ms'))), ['a'])).toThrow(
      'CAST("a" AS TIMESTAMP)',
    );
    expect(() => describeFrame(frame, ['zz'])).toThrow('No column zz; there are: a, k');
  });

  test.each([1, 2, 3, 9])('stack in order when there are %d', (count) => {
    const stacked = concatDataFrames(Array.from({ length: count }, () => frame));
    expect(stacked.getColumn('k').toArray()).toEqual(Array.from({ length: count }, () => ['x', 'y', 'z']).flat());
  });

  test('do not stack when there is none or columns differ', () => {
    expect(() => concatDataFrames([])).toThrow(DataFrameError);
    expect(() => concatDataFrames([frame, frame.select('a')])).toThrow(DataFrameError);
  });

  test('give one integer without touching decimals', () => {
    const money = runSql('SELECT CAST(a AS BIGINT) AS n, CAST(a AS DECIMAL(9,2)) AS m FROM frame', { frame });
    expect(intAt(money, 'n', 2)).toBe(3);
  });

  test('turn microseconds into timestamps, before 1970 too', () => {
    const times = asTimestamps(runSql('SELECT CAST(a AS BIGINT) - 2 AS t FROM frame', { frame }), ['t']);
    expect(runSql("SELECT STRFTIME(t, '%Y-%m-%dT%H:%M:%S%.6fZ') AS t FROM times", { times }).rows().flat()).toEqual([
      '1969-12-31T23:59:59.999999Z',
      '1970-01-01T00:00:00.000000Z',
      '1970-01-01T00:00:00.000001Z',
    ]);
  });
});

describe('a quick look', () => {
  const texts = pl
    .DataFrame({ s: ['é', '', null, ''], n: [null, null, null, null] })
    .withColumns(pl.col('n').cast(pl.Utf8));

  test('counts empty texts and nulls', () => {
    expect(
      ['s', 'n'].map((name) => [hasEmptyText(texts, name), emptyTextCount(texts, name), nullCount(texts, name)]),
    ).toEqual([
      [true, 2, 1],
      [false, 0, 4],
    ]);
  });

  test('finds the least and the greatest time, however far', () => {
    const times = asTimestamps(
      runSql(
        'SELECT CAST(CASE WHEN a = 2 THEN 9000000000000000000 ELSE -a END AS BIGINT) AS t, CAST(NULL AS BIGINT) AS z FROM frame',
        { frame },
      ),
      ['t', 'z'],
    );
    expect([timeRange(times, 't'), timeRange(times, 'z')]).toEqual([[-3, 9e18], undefined]);
  });

  test('picks rows in order', () => {
    expect(pickRows(frame, [0, 2]).rows()).toEqual([
      [1, 'x'],
      [3, 'z'],
    ]);
    expect(pickRows(frame, [1, 2]).rows()).toEqual([
      [2, 'y'],
      [3, 'z'],
    ]);
  });
});

describe('rows as lines of JSON', () => {
  test('have null for bytes and for times that no text can say, which polars panics on', () => {
    const odd = asTimestamps(
      runSql(
        'SELECT a, CAST(k AS BLOB) AS b, CAST(CASE WHEN a = 2 THEN 9000000000000000000 ELSE 0 END AS BIGINT) AS t FROM frame',
        { frame },
      ),
      ['t'],
    );
    expect(
      rowsNdjson(runSql('SELECT *, CAST(t AS DATE) AS d FROM odd', { odd })).map((line) => JSON.parse(line) as unknown),
    ).toEqual(
      [1, 2, 3].map((a) => ({
        a,
        b: null,
        t: a === 2 ? null : '1970-01-01T00:00:00.000000Z',
        d: a === 2 ? null : '1970-01-01',
      })),
    );
  });
});

describe('readNdjson', () => {
  test('reads exact integers and floats, whatever the first lines hold', () => {
    const lines = '{"l":null,"f":1,"s":null}\n{"l":9007199254740993,"f":0.30000000000000004,"s":"x","more":1}\n';
    const read = readNdjson(
      Buffer.from(lines),
      columns.filter(({ name }) => 'lfs'.includes(name)),
    );
    expect(runSql('SELECT CAST(l AS VARCHAR) AS l, f, s FROM read', { read }).rows()).toEqual([
      [null, 1, null],
      ['9007199254740993', 0.30000000000000004, 'x'],
    ]);
  });

  test('refuses a value of another type', () => {
    expect(() => readNdjson(Buffer.from('{"l":1.5}'), columns.slice(3, 4))).toThrow(DataFrameError);
  });
});
