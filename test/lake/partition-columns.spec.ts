/** Partition columns through SQL: their types, their times, and any text that a value or a name can be. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pl from 'nodejs-polars';
import type { ColumnSpec } from '#columns/types/column-spec';
import { entryKey } from '#delta/log-names';
import { type QueryResult, queryLake } from '#duckdb/query-lake';
import { type Lake, makeLake, openEvents } from './lake-fixture.js';

describe('a query of a table with partitions', () => {
  let lake: Lake;
  const ask = (sql: string): Promise<QueryResult> => queryLake({ store: lake.store, sql });
  beforeEach(async () => {
    lake = await makeLake();
  });
  afterEach(() => lake.remove());

  test('types partition columns as the schema says', async () => {
    const columns: readonly ColumnSpec[] = [
      { name: 'v', type: { kind: 'int32' }, nullable: true },
      { name: 'day', type: { kind: 'date' }, nullable: true },
      { name: 'at', type: { kind: 'timestamp' }, nullable: true },
      { name: 'price', type: { kind: 'decimal', precision: 6, scale: 2 }, nullable: true },
      { name: 'ok', type: { kind: 'bool' }, nullable: true },
    ];
    const table = await openEvents(lake.store, { name: 'typed', columns, partitionBy: ['day', 'at', 'price', 'ok'] });
    const df = pl.DataFrame({
      v: [1, 2],
      day: [19_782, null],
      at: [1_700_000_000_123_456, null],
      price: ['1.50', null],
      ok: [true, null],
    });
    await table.append({ df, txns: [], nowMs: 0, commitId: 't' });
    expect((await ask('SELECT * FROM typed ORDER BY v')).rows).toEqual([
      [1, '2024-02-29', '2023-11-14T22:13:20.123456Z', '1.50', true],
      [2, null, null, null, null],
    ]);
    expect((await ask('SELECT DISTINCT typeof(day), typeof("at"), typeof(price), typeof(ok) FROM typed')).rows).toEqual(
      [['DATE', 'TIMESTAMP WITH TIME ZONE', 'DECIMAL(6,2)', 'BOOLEAN']],
    );
  });

  test('reads times of partitions with a zone, and without one as UTC, as they were written before', async () => {
    const columns: readonly ColumnSpec[] = [
      { name: 'v', type: { kind: 'int32' }, nullable: true },
      { name: 'at', type: { kind: 'timestamp' }, nullable: true },
    ];
    const table = await openEvents(lake.store, { name: 'timed', columns, partitionBy: ['at'] });
    const df = pl.DataFrame({ v: [1], at: [1_700_000_000_123_456] });
    for (const commitId of ['a', 'b']) await table.append({ df, txns: [], nowMs: 0, commitId });
    const older = entryKey('timed', 1);
    const text = Buffer.from((await lake.store.get(older))!).toString();
    expect(text).toContain('"partitionValues":{"at":"2023-11-14T22:13:20.123456Z"}');
    await lake.store.put(older, Buffer.from(text.replace('2023-11-14T22:13:20.123456Z', '2023-11-14 22:13:20.123456')));
    expect((await ask('SELECT v, "at" FROM timed')).rows).toEqual([
      [1, '2023-11-14T22:13:20.123456Z'],
      [1, '2023-11-14T22:13:20.123456Z'],
    ]);
  });

  test('gives back any text that a partition value can be', async () => {
    const controls = Array.from({ length: 32 }, (_, code) => `a${String.fromCharCode(code)}b`);
    const texts = [
      ...controls,
      '\0',
      "\0'\0",
      "it's",
      "''",
      '"',
      '\\',
      "\\'",
      '%00',
      'a%2Fb',
      '..',
      '/',
      ' ',
      'x=y',
      '$1',
      '?',
      '*',
      '[a]',
      '{a}',
      '--',
      '/*',
      'NULL',
      '\u007f',
      '\u2028',
      'é',
      'e\u0301',
      '😀',
      '日本',
    ];
    const columns: readonly ColumnSpec[] = [
      { name: 'id', type: { kind: 'int64' }, nullable: false },
      { name: 's', type: { kind: 'string' }, nullable: true },
    ];
    const table = await openEvents(lake.store, { name: 'hostile', columns, partitionBy: ['s'] });
    await table.append({
      df: pl.DataFrame({ id: texts.map((_, i) => i), s: texts }),
      txns: [],
      nowMs: 0,
      commitId: 'h',
    });
    expect((await ask('SELECT id, s, length(s) FROM hostile ORDER BY id')).rows).toEqual(
      texts.map((text, i) => [i, text, Array.from(text).length]),
    );
  });

  test.each([
    'a\u0001b',
    '%41',
    '"q"',
    "it's",
    'é',
    '😀',
    'a.b',
    'a/b',
    'a\\b',
    '[x]',
    '$1',
    '--',
    'filename',
    '__file',
    '__FILE',
    'select',
    'a\rb',
  ])('takes %j as the name of a column and of a partition column', async (name) => {
    const columns: readonly ColumnSpec[] = [
      { name: 'id', type: { kind: 'int64' }, nullable: false },
      { name, type: { kind: 'string' }, nullable: true },
    ];
    for (const partitionBy of [[], [name]]) {
      const tableName = `t${partitionBy.length}`;
      const table = await openEvents(lake.store, { name: tableName, columns, partitionBy });
      await table.append({ df: pl.DataFrame({ id: [1, 2], [name]: ['x', 'y\0'] }), txns: [], nowMs: 0, commitId: 'n' });
      expect(await ask(`SELECT * FROM ${tableName} ORDER BY id`)).toEqual({
        columns: ['id', name],
        rows: [
          [1, 'x'],
          [2, 'y\0'],
        ],
      });
    }
  });
});
