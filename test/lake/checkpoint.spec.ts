/** A checkpoint on a real folder: what it holds as another Parquet reader sees it, and that it stands for the log before it. */
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Action, AddFile, LogEntry } from '#delta/actions';
import { encodeEntry } from '#delta/entry-codec';
import { checkpointKey, entryKey } from '#delta/log-names';
import { protocolWritten } from '#delta/protocol';
import { foldTable } from '#delta/whole-table';
import { type Checkpoint, writeCheckpoint } from '#lake/checkpoint/checkpoint';
import { readTable } from '#lake/log/current-files';
import { readLog, readWholeLog } from '#lake/log/read-log';
import { checkpointedLake } from './checkpointed-lake.js';

fc.configureGlobal({ seed: 1 });

const lake = checkpointedLake();
const { openChecked, appendTens } = lake;

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
      protocol:
        'STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER, readerFeatures VARCHAR[], writerFeatures VARCHAR[])',
      metaData:
        'STRUCT(id VARCHAR, "name" VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, "options" MAP(VARCHAR, VARCHAR)), schemaString VARCHAR, partitionColumns VARCHAR[], "configuration" MAP(VARCHAR, VARCHAR), createdTime BIGINT)',
      txn: 'STRUCT(appId VARCHAR, "version" BIGINT, lastUpdated BIGINT)',
      add: 'STRUCT(path VARCHAR, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR, tags MAP(VARCHAR, VARCHAR))',
      remove:
        'STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues MAP(VARCHAR, VARCHAR), size BIGINT, tags MAP(VARCHAR, VARCHAR))',
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
    ...(n % 5 === 0 && { tags: { ZCUBE_ID: `z${n}`, none: null } }),
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
        description: 'of others',
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
