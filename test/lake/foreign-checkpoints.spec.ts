/** Checkpoints as other engines leave them: in every codec, cut off, or gone. */
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from '@jest/globals';
import { checkpointKey, entryKey, lastCheckpointKey } from '#delta/log-names';
import { readLog } from '#lake/log/read-log';
import { checkpointedLake } from './checkpointed-lake.js';
import { idsIn, range } from './lake-fixture.js';

const lake = checkpointedLake();
const { openChecked, appendTens } = lake;

/** Writes the checkpoint anew with another engine. */
async function rewrite(version: number, codec: string): Promise<void> {
  const file = lake.store.pathOf(checkpointKey('events', version)).replaceAll("'", "''");
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT * FROM read_parquet('${file}')) TO '${file}.new' (FORMAT parquet, CODEC '${codec}')`,
  );
  await connection.run(
    `COPY (SELECT * FROM read_parquet('${file}.new')) TO '${file}' (FORMAT parquet, CODEC '${codec}')`,
  );
  connection.closeSync();
  instance.closeSync();
}

async function forget(from: number, to: number): Promise<void> {
  for (let version = from; version <= to; version++) await lake.store.delete(entryKey('events', version));
}

async function cutOff(version: number): Promise<void> {
  const key = checkpointKey('events', version);
  await lake.store.put(key, (await lake.store.get(key))!.subarray(0, 1_000));
}

/** Versions 0 to 8, checkpoints 4 and 8. */
async function eightCommits(): Promise<void> {
  const table = await openChecked();
  await appendTens(table, 0, 7);
  await table.close();
}

describe('a checkpoint of another engine', () => {
  test.each(['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'])('is read in %s', async (codec) => {
    await eightCommits();
    await rewrite(8, codec);
    await forget(0, 8);
    expect(await idsIn(lake.store)).toEqual(range(0, 79));
    const table = await openChecked();
    expect([table.version, table.txns]).toEqual([8, new Map([['task', 79]])]);
    await appendTens(table, 8, 11);
    await table.close();
    expect((await readLog(lake.store, 'events')).checkpoint?.version).toBe(12);
    expect(await idsIn(lake.store)).toEqual(range(0, 119));
  });
});

describe('a newest checkpoint that cannot be read', () => {
  const ways: readonly (readonly [string, () => Promise<void>])[] = [
    ['is cut off', () => cutOff(8)],
    ['is gone', () => lake.store.delete(checkpointKey('events', 8))],
    ['is empty', () => lake.store.put(checkpointKey('events', 8), Buffer.alloc(0))],
    ['holds another table of Parquet', () => copyData()],
  ];

  async function copyData(): Promise<void> {
    for await (const { key } of lake.store.list('events/region'))
      return lake.store.put(checkpointKey('events', 8), (await lake.store.get(key))!);
    throw new Error('no data file');
  }

  test.each(ways)('that %s leaves the older one, and the writer goes on', async (_, spoil) => {
    await eightCommits();
    await forget(0, 4);
    await spoil();
    const read = await readLog(lake.store, 'events');
    expect([read.checkpoint?.version, read.entries.map(({ version }) => version)]).toEqual([4, [5, 6, 7, 8]]);
    const table = await openChecked();
    await appendTens(table, 8, 11);
    await table.close();
    expect((await readLog(lake.store, 'events')).checkpoint?.version).toBe(12);
    expect(await idsIn(lake.store)).toEqual(range(0, 119));
  });

  test('leaves the entries where there is no older one', async () => {
    await eightCommits();
    for (const version of [4, 8]) await cutOff(version);
    expect((await readLog(lake.store, 'events')).entries).toHaveLength(9);
    expect(await idsIn(lake.store)).toEqual(range(0, 79));
  });

  test('halts the table where nothing else stands for the log, and says what to do', async () => {
    await eightCommits();
    await forget(0, 5);
    await cutOff(8);
    await expect(openChecked()).rejects.toThrow(/checkpoint 8 in its _delta_log cannot be read .*Restore it/);
    await lake.store.delete(lastCheckpointKey('events'));
    await expect(openChecked()).rejects.toThrow(/checkpoint 8 in its _delta_log cannot be read .*Restore it/);
  });
});

test('a hint beyond the end of the log is no more than a hint', async () => {
  await eightCommits();
  await lake.store.put(lastCheckpointKey('events'), Buffer.from('{"version":4000,"size":3}'));
  expect((await readLog(lake.store, 'events')).checkpoint?.version).toBe(8);
  const table = await openChecked();
  await appendTens(table, 8, 8);
  await table.close();
  expect(await idsIn(lake.store)).toEqual(range(0, 89));
});
