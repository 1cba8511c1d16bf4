/** Checkpoints as other engines leave them: in every codec, cut off, or gone. */
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from '@jest/globals';
import { checkpointKey, entryKey, lastCheckpointKey } from '#delta/log-names';
import { readLog } from '#lake/log/read-log';
import { LakeTable } from '#lake/table/lake-table';
import { checkpointedLake } from './checkpointed-lake.js';
import { eventRows, idsIn, range } from './lake-fixture.js';

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

describe('how often a checkpoint is made', () => {
  const checkpoints = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key } of lake.store.list('events/_delta_log/')) if (key.includes('.checkpoint')) found.push(key);
    return found.map((key) => String(Number(/(\d{20})/.exec(key)![1])));
  };

  /** An entry of another writer between ours. */
  async function commitOfOther(version: number): Promise<void> {
    await lake.store.put(entryKey('events', version), Buffer.from('{"commitInfo":{"operation":"OPTIMIZE"}}\n'));
  }

  test('counts commits since the newest one, also when another writer has every multiple of the interval', async () => {
    const table = await openChecked();
    for (let version = 1, ten = 0; version <= 16; version++) {
      if (version % 4 === 0) await commitOfOther(version);
      else await appendTens(table, ten, ten++);
    }
    await table.close();
    expect(await checkpoints()).toEqual(['5', '9', '13']);
    expect(await idsIn(lake.store)).toEqual(range(0, 119));
  });

  test('begins anew behind one that another writer has made', async () => {
    const table = await openChecked();
    await appendTens(table, 0, 2);
    const other = await LakeTable.open({
      store: lake.store,
      name: 'events',
      columns: table.columns,
      partitionBy: ['region'],
      engineInfo: 'other',
      checkpointEvery: 1,
    });
    await other.append({ df: eventRows(30, 39), txns: [], nowMs: 1, commitId: 'other' });
    while ((await checkpoints()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await other.close();
    const txns = [{ appId: 'task', previous: 29, version: 49 }];
    for (let n = 0; n < 3; n++)
      await table.append({ df: eventRows(40 + n, 40 + n), txns: n === 0 ? txns : [], nowMs: 1, commitId: `late${n}` });
    await table.close();
    expect(await checkpoints()).toEqual(['4']);
  });
});
