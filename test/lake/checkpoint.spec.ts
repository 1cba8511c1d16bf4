/** Checkpoints on a real folder: what they hold as another Parquet reader sees it, and that the log may go behind them. */
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Action, AddFile, LogEntry } from '#delta/actions';
import { encodeEntry } from '#delta/entry-codec';
import { checkpointKey, entryKey, lastCheckpointKey } from '#delta/log-names';
import { protocolWritten } from '#delta/table-state';
import { foldTable } from '#delta/whole-table';
import { type Checkpoint, writeCheckpoint } from '#lake/checkpoint/checkpoint';
import { currentFiles, readTable } from '#lake/log/current-files';
import { readLog, readWholeLog } from '#lake/log/read-log';
import { Checkpoints } from '#lake/table/checkpoints';
import type { LakeTable } from '#lake/table/lake-table';
import { eventRows, idsIn, type Lake, makeLake, openEvents, range } from './lake-fixture.js';

fc.configureGlobal({ seed: 1 });

let lake: Lake;
beforeEach(async () => {
  lake = await makeLake();
});
afterEach(() => lake.remove());

/** Appends of ten rows each; a checkpoint at every fourth version. */
async function appendTens(table: LakeTable, from: number, to: number): Promise<void> {
  for (let ten = from; ten <= to; ten++) {
    const txns = [{ appId: 'task', previous: ten === 0 ? -1 : ten * 10 - 1, version: ten * 10 + 9 }];
    await table.append({ df: eventRows(ten * 10, ten * 10 + 9), txns, nowMs: 1_700_000_000_000, commitId: `c${ten}` });
    // Behind every commit, so that each checkpoint that is due is there.
    await settled(table);
  }
}

async function settled(table: LakeTable): Promise<void> {
  while (table.version % 4 === 0 && (await lake.store.get(checkpointKey('events', table.version))) === undefined)
    await new Promise((resolve) => setTimeout(resolve, 5));
}

const openChecked = (): Promise<LakeTable> =>
  openEvents(lake.store, {
    checkpointEvery: 4,
    onCheckpointFailure: (error) => {
      throw error;
    },
  });

async function forget(from: number, to: number): Promise<void> {
  for (let version = from; version <= to; version++) await lake.store.delete(entryKey('events', version));
}

describe('a table with checkpoints', () => {
  test('is opened and read without the entries they stand for', async () => {
    const table = await openChecked();
    await appendTens(table, 0, 9);
    await table.close();
    const before = await currentFiles(lake.store, 'events');
    await forget(0, 7);
    expect(Buffer.from((await lake.store.get(lastCheckpointKey('events')))!).toString()).toMatch(
      /^\{"version":8,"size":35,"sizeInBytes":\d+,"numOfAddFiles":32\}$/,
    );
    expect((await readLog(lake.store, 'events')).entries.map(({ version }) => version)).toEqual([9, 10]);
    expect(
      new Set(
        (await currentFiles(lake.store, 'events')).map(({ path, size, stats, partitionValues }) =>
          JSON.stringify({ path, size, stats, partitionValues }),
        ),
      ),
    ).toEqual(
      new Set(
        before.map(({ path, size, stats, partitionValues }) => JSON.stringify({ path, size, stats, partitionValues })),
      ),
    );
    const again = await openChecked();
    expect([again.version, again.txns]).toEqual([10, new Map([['task', 99]])]);
    await appendTens(again, 10, 14);
    await again.close();
    await forget(8, 11);
    expect(await idsIn(lake.store)).toEqual(range(0, 149));
    expect((await openChecked()).txns.get('task')).toBe(149);
  });

  test('is found without the hint, and when the newest checkpoint lacks a part', async () => {
    const table = await openChecked();
    await appendTens(table, 0, 8);
    await table.close();
    await lake.store.delete(lastCheckpointKey('events'));
    await lake.store.put(
      'events/_delta_log/00000000000000000009.checkpoint.0000000001.0000000002.parquet',
      Buffer.from('half'),
    );
    expect((await readLog(lake.store, 'events')).checkpoint?.version).toBe(8);
    expect(await idsIn(lake.store)).toEqual(range(0, 89));
  });

  test('halts with what to do when its checkpoint is damaged', async () => {
    const table = await openChecked();
    await appendTens(table, 0, 3);
    await table.close();
    await lake.store.put(checkpointKey('events', 4), Buffer.from('PAR1 no PAR1'));
    await expect(openChecked()).rejects.toThrow(
      /checkpoint 4 in its _delta_log cannot be read .*Restore it; or delete it/,
    );
    await lake.store.delete(checkpointKey('events', 4));
    await lake.store.delete(lastCheckpointKey('events'));
    expect((await openChecked()).txns.get('task')).toBe(39);
  });

  test('goes on when a checkpoint cannot be written', async () => {
    const failures: number[] = [];
    const table = await openEvents(lake.store, {
      checkpointEvery: 2,
      onCheckpointFailure: (_, version) => failures.push(version),
    });
    await lake.store.put('events/_delta_log/00000000000000000001.checkpoint.parquet', Buffer.from('no Parquet'));
    await table.append({
      df: eventRows(0, 9),
      txns: [{ appId: 'task', previous: -1, version: 9 }],
      nowMs: 0,
      commitId: 'a',
    });
    await table.append({
      df: eventRows(10, 19),
      txns: [{ appId: 'task', previous: 9, version: 19 }],
      nowMs: 0,
      commitId: 'b',
    });
    while (failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await table.close();
    expect(failures).toEqual([2]);
    expect(table.txns.get('task')).toBe(19);
  });

  test('gives one up when it is closed', async () => {
    const table = await openChecked();
    await appendTens(table, 0, 2);
    const checkpoints = new Checkpoints({
      store: lake.store,
      table: 'events',
      every: 1,
      onFailure: (error) => {
        throw error;
      },
    });
    const { state } = (await readTable(lake.store, 'events'))!;
    checkpoints.committed(state, 0);
    await checkpoints.close();
    expect(await lake.store.get(checkpointKey('events', 3))).toBeUndefined();
  });
});

describe('a checkpoint', () => {
  test('has the columns of the Delta protocol for another reader of Parquet', async () => {
    const table = await openChecked();
    await appendTens(table, 0, 3);
    await table.close();
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    const from = `FROM '${lake.store.pathOf(checkpointKey('events', 4)).replaceAll("'", "''")}'`;
    const ask = async (sql: string): Promise<unknown[]> =>
      (await connection.runAndReadAll(sql))
        .getRowsJson()
        .map((row) => ((row as unknown[]).length === 1 ? (row as unknown[])[0] : row));
    expect(
      Object.fromEntries(
        (await ask(`SELECT column_name, column_type FROM (DESCRIBE SELECT * ${from})`)) as [string, string][],
      ),
    ).toEqual({
      protocol: 'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER)',
      metaData:
        'STRUCT(id VARCHAR, "name" VARCHAR, format STRUCT(provider VARCHAR, "options" MAP(VARCHAR, VARCHAR)), schemaString VARCHAR, partitionColumns VARCHAR[], "configuration" MAP(VARCHAR, VARCHAR), createdTime BIGINT)',
      txn: 'STRUCT(appId VARCHAR, "version" BIGINT, lastUpdated BIGINT)',
      add: 'STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR)',
      remove:
        'STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT)',
    });
    expect(
      await ask(`SELECT protocol.minReaderVersion, protocol.minWriterVersion ${from} WHERE protocol IS NOT NULL`),
    ).toEqual([[1, 2]]);
    expect(await ask(`SELECT txn.appId, txn.version ${from} WHERE txn IS NOT NULL`)).toEqual([['task', '39']]);
    expect(
      await ask(`SELECT metaData.partitionColumns[1], metaData.format.provider ${from} WHERE metaData IS NOT NULL`),
    ).toEqual([['region', 'parquet']]);
    expect(
      await ask(
        `SELECT add.partitionValues['region'] AS region, count(*), bool_or(add.dataChange) ${from} WHERE add IS NOT NULL GROUP BY 1 ORDER BY 1`,
      ),
    ).toEqual([
      ['a b/c=d', '4', false],
      ['north', '4', false],
      ['south', '4', false],
      [null, '4', false],
    ]);
    connection.closeSync();
    instance.closeSync();
  });

  const nowMs = 1_700_000_000_000;
  const addOf = (n: number, size: number): AddFile => ({
    path: `p${n}`,
    partitionValues: { region: n % 3 === 0 ? null : `r${n}` },
    size,
    modificationTime: n,
    dataChange: true,
    ...(n % 2 === 0 && { stats: `{"numRecords":${n}}` }),
  });
  const action: fc.Arbitrary<Action> = fc.oneof(
    fc.record({ n: fc.nat(12), size: fc.nat() }).map(({ n, size }) => ({ add: addOf(n, size) })),
    fc.record({ n: fc.nat(12), old: fc.boolean() }).map(({ n, old }) => ({
      remove: { path: `p${n}`, dataChange: true, deletionTimestamp: old ? 1 : nowMs, size: n },
    })),
    fc
      .record({ app: fc.nat(3), version: fc.nat() })
      .map(({ app, version }) => ({ txn: { appId: `a${app}`, version } })),
  );
  const first: Action[] = [
    { protocol: protocolWritten },
    {
      metaData: {
        id: 'i',
        format: { provider: 'parquet', options: {} },
        schemaString: '{"type":"struct","fields":[]}',
        partitionColumns: [],
        configuration: { k: 'v' },
      },
    },
  ];

  test('stands for the log before it, whatever was added and removed, and so does one made from it', async () => {
    let tables = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(action, { maxLength: 6 }), { minLength: 2, maxLength: 12 }),
        fc.nat(),
        async (commits, at) => {
          const table = `t${tables++}`;
          const entries: LogEntry[] = [first, ...commits].map((actions, version) => ({ version, actions }));
          for (const { version, actions } of entries)
            await lake.store.put(entryKey(table, version), Buffer.from(encodeEntry(actions)));
          const stops = [1 + (at % (entries.length - 1)), entries.length - 1];
          for (const version of stops) {
            const { checkpoint, entries: since } = await readLog(lake.store, table, version);
            await writeCheckpoint({
              store: lake.store,
              table,
              version,
              before: checkpoint,
              entries: since,
              nowMs,
              stop: new AbortController().signal,
            });
          }
          const whole = foldTable(await readWholeLog(lake.store, table));
          const read = await readTable(lake.store, table);
          if (whole.kind !== 'table') throw new Error('no table');
          expect(read!.state).toEqual(whole.table.state);
          const files = (one: typeof whole.table): unknown[] =>
            [...one.files.values()]
              .map((file) => ({ ...file, dataChange: false }))
              .sort((a, b) => a.path.localeCompare(b.path));
          expect(files(read!)).toEqual(files(whole.table));
          const { checkpoint } = await readLog(lake.store, table);
          const tombstones = (await (checkpoint as Checkpoint).all('remove')).flatMap((one) =>
            'remove' in one ? [one.remove.path] : [],
          );
          expect(tombstones.filter((path) => whole.table.files.has(path))).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
