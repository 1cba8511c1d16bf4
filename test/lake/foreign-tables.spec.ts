/** Tables that other engines have changed: what an appending writer can live with, and what it refuses. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pl from 'nodejs-polars';
import type { Action, Metadata, Protocol } from '#delta/actions';
import { encodeEntry, parseEntry } from '#delta/entry-codec';
import { checkpointKey, entryKey } from '#delta/log-names';
import { queryLake } from '#duckdb/query-lake';
import { readTable } from '#lake/log/current-files';
import type { LakeTable, LakeTableOptions } from '#lake/table/lake-table';
import { eventColumns, eventRows, idsIn, type Lake, makeLake, openEvents, range } from './lake-fixture.js';

let lake: Lake;
beforeEach(async () => {
  lake = await makeLake();
});
afterEach(() => lake.remove());

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const field = (name: string, type: unknown, more: Partial<Field> = {}): Field => ({
  name,
  type,
  nullable: true,
  metadata: {},
  ...more,
});
const map = { type: 'map', keyType: 'string', valueType: 'string', valueContainsNull: true };

/** An entry of another writer. */
async function commit(version: number, actions: readonly Action[]): Promise<void> {
  expect(await lake.store.putIfAbsent(entryKey('events', version), Buffer.from(encodeEntry(actions)))).toBe('created');
}

async function metadata(): Promise<Metadata> {
  return (await readTable(lake.store, 'events'))!.state.metadata;
}

/** As after `ALTER TABLE`. */
async function alter(version: number, fields: readonly Field[], settings: Record<string, string> = {}): Promise<void> {
  const before = await metadata();
  const schema = JSON.parse(before.schemaString) as { fields: Field[] };
  const schemaString = JSON.stringify({ ...schema, fields: [...schema.fields, ...fields] });
  await commit(version, [
    { metaData: { ...before, schemaString, configuration: { ...before.configuration, ...settings } } },
  ]);
}

async function append(table: LakeTable, ten: number): Promise<void> {
  const result = await table.append({
    df: eventRows(ten * 10, ten * 10 + 9),
    txns: [],
    nowMs: 1_700_000_000_000,
    commitId: `c${ten}`,
  });
  expect(result.kind).toBe('committed');
}

const fieldsNow = async (): Promise<Field[]> =>
  (JSON.parse((await metadata()).schemaString) as { fields: Field[] }).fields;

/** A table that was created and has ten rows: versions 0 and 1. */
async function begun(options: Partial<LakeTableOptions> = {}): Promise<LakeTable> {
  const table = await openEvents(lake.store, options);
  await append(table, 0);
  return table;
}

describe('columns that others add', () => {
  const added = [
    field('weight', 'float', { metadata: { comment: 'in kg' } }),
    field('small', 'byte'),
    field('short', 'short'),
    field('local', 'timestamp_ntz'),
    field('labels', map),
  ];

  test('are left to them: appends go on, a new column of ours comes behind them, and queries show what others wrote', async () => {
    const table = await begun();
    await alter(2, added);
    await append(table, 1);
    const columns = [...eventColumns, { name: 'note', type: { kind: 'string' as const }, nullable: true }];
    const again = await openEvents(lake.store, { columns });
    await again.append({
      df: eventRows(20, 29).withColumn(pl.lit('new').alias('note')),
      txns: [],
      nowMs: 0,
      commitId: 'n',
    });
    expect((await fieldsNow()).map(({ name }) => name)).toEqual([
      ...eventColumns.map(({ name }) => name),
      ...added.map(({ name }) => name),
      'note',
    ]);
    expect((await fieldsNow()).slice(3, 8)).toEqual(added);
    await writeAsOther(6);
    expect(await idsIn(lake.store)).toEqual([...range(0, 29), 99]);
    const { rows } = await queryLake({
      store: lake.store,
      sql: 'SELECT id, weight, typeof(small), short, "local" FROM events WHERE id IN (1, 99) ORDER BY id',
    });
    expect(rows).toEqual([
      [1, null, 'TINYINT', null, null],
      [99, 1.5, 'TINYINT', 7, expect.stringContaining('2026-01-02')],
    ]);
  });

  /** A file with values in the columns that are not ours. */
  async function writeAsOther(version: number): Promise<void> {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    const file = lake.store.pathOf('events/other.parquet').replaceAll("'", "''");
    await connection.run(
      `COPY (SELECT 99::BIGINT AS id, 1.25::DECIMAL(12,2) AS amount, 1.5::FLOAT AS weight, 1::TINYINT AS small, 7::SMALLINT AS short, TIMESTAMP '2026-01-02 03:04:05' AS "local") TO '${file}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    await commit(version, [
      {
        add: {
          path: 'other.parquet',
          partitionValues: { region: 'r' },
          size: 1,
          modificationTime: 1,
          dataChange: true,
        },
      },
    ]);
  }

  test('halt a writer who wants one of the same name', async () => {
    await begun();
    await alter(2, added);
    const columns = [...eventColumns, { name: 'Weight', type: { kind: 'float64' as const }, nullable: true }];
    await expect(openEvents(lake.store, { columns })).rejects.toThrow(
      'column "Weight" is float in the table but would be written as double',
    );
  });

  test.each([
    ['required', field('weight', 'float', { nullable: false })],
    ['generated', field('twice', 'long', { metadata: { 'delta.generationExpression': 'id * 2' } })],
    ['bounded', field('n', 'float', { metadata: { 'delta.invariants': '{}' } })],
  ])('that are %s halt it', async (_, one) => {
    const table = await begun();
    await alter(2, [one]);
    await expect(append(table, 1)).rejects.toThrow(/not supported/);
    await expect(openEvents(lake.store)).rejects.toThrow(/not supported/);
  });
});

describe('a protocol that others raise', () => {
  const listing: Protocol = {
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: ['timestampNtz'],
    writerFeatures: ['appendOnly', 'invariants', 'changeDataFeed', 'timestampNtz'],
  };

  test.each([
    ['1 and 4, with change data', { minReaderVersion: 1, minWriterVersion: 4 }],
    [
      '1 and 7, with features that ask nothing of us',
      { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['appendOnly', 'invariants'] },
    ],
    ['3 and 7, with times without zone', listing],
  ] as const)('to %s is no hindrance, and checkpoints say it', async (_, protocol) => {
    const table = await begun({ checkpointEvery: 4 });
    await commit(2, [{ protocol }]);
    await alter(3, [], { 'delta.enableChangeDataFeed': 'true', 'delta.appendOnly': 'true' });
    for (let ten = 1; ten <= 3; ten++) await append(table, ten);
    await table.close();
    expect(await lake.store.get(checkpointKey('events', 4))).toBeDefined();
    for (let version = 0; version <= 4; version++) await lake.store.delete(entryKey('events', version));
    const { state } = (await readTable(lake.store, 'events'))!;
    expect(state.protocol).toEqual(protocol);
    expect(await idsIn(lake.store)).toEqual(range(0, 39));
    await append(await openEvents(lake.store), 4);
  });

  test.each([
    [
      'deletion vectors',
      { ...listing, readerFeatures: ['deletionVectors'], writerFeatures: ['deletionVectors'] },
      {},
      'deletionVectors',
    ],
    [
      'row ids',
      { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['rowTracking', 'domainMetadata'] },
      {},
      'rowTracking, domainMetadata',
    ],
    ['a version that is not known', { minReaderVersion: 4, minWriterVersion: 8 }, {}, 'reader version 4'],
    [
      'a constraint',
      { minReaderVersion: 1, minWriterVersion: 3 },
      { 'delta.constraints.positive': 'amount > 0' },
      'the constraint positive',
    ],
    [
      'columns under other names',
      { minReaderVersion: 2, minWriterVersion: 5 },
      { 'delta.columnMapping.mode': 'name' },
      'by name',
    ],
  ] as const)('for %s halts the table with the reason', async (_, protocol, settings, reason) => {
    const table = await begun();
    await commit(2, [{ protocol }]);
    if (Object.keys(settings).length > 0) {
      const before = parseEntry(0, Buffer.from((await lake.store.get(entryKey('events', 0)))!).toString());
      if (before.kind !== 'entry') throw new Error(before.reason);
      const { metaData } = before.entry.actions.find((action) => 'metaData' in action) as { metaData: Metadata };
      await commit(3, [{ metaData: { ...metaData, configuration: settings } }]);
    }
    await expect(append(table, 1)).rejects.toThrow(reason);
    await expect(openEvents(lake.store)).rejects.toThrow(reason);
  });
});
