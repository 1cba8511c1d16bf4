/** A table with checkpoints, on a real folder: its log may go behind them, and one that is damaged or cannot be written is told of. */
import { mkdir } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { checkpointKey, entryKey, lastCheckpointKey } from '#delta/log-names';
import { currentFiles, readTable } from '#lake/log/current-files';
import { readLog } from '#lake/log/read-log';
import { Checkpoints } from '#lake/table/checkpoints';
import { checkpointedLake } from './checkpointed-lake.js';
import { eventRows, idsIn, openEvents, range } from './lake-fixture.js';

const lake = checkpointedLake();
const { openChecked, appendTens } = lake;

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

  test('goes on when a checkpoint cannot be written', async () => {
    const failures: number[] = [];
    const table = await openEvents(lake.store, {
      checkpointEvery: 2,
      onCheckpointFailure: (_, version) => failures.push(version),
    });
    // A folder is in the way.
    await mkdir(lake.store.pathOf(checkpointKey('events', 2)));
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
