/** What others take away under a running writer: it commits nothing that no reader can see. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkpointKey, entryKey, logPrefix, versionOfEntryKey } from '#delta/log-names';
import { checkpointHint } from '#lake/checkpoint/checkpoint';
import { TableHaltedError } from '#lake/ground/lake-errors';
import type { AppendResult, LakeTable } from '#lake/table/lake-table';
import { eventRows, idsIn, type Lake, makeLake, openEvents, range } from './lake-fixture.js';

let lake: Lake;
beforeEach(async () => {
  lake = await makeLake();
});
afterEach(() => lake.remove());

const everyCommit = { checkpointEvery: 1 };

function addTen(table: LakeTable, ten: number, appId = 'task'): Promise<AppendResult> {
  const txns = [{ appId, previous: ten === 0 ? -1 : ten * 10 - 1, version: ten * 10 + 9 }];
  return table.append({ df: eventRows(ten * 10, ten * 10 + 9), txns, nowMs: 0, commitId: `${appId}-${ten}` });
}

/** Checkpoints are made behind the commits; one that is not done when the table is closed is given up. */
async function checkpointed(table: LakeTable): Promise<void> {
  while ((await checkpointHint(lake.store, 'events')) < table.version) await sleep(5);
}

async function deleteAll(prefix: string): Promise<void> {
  for await (const { key } of lake.store.list(prefix)) await lake.store.delete(key);
}

async function versions(): Promise<number[]> {
  const found: number[] = [];
  for await (const { key } of lake.store.list(logPrefix('events'))) found.push(versionOfEntryKey('events', key) ?? -1);
  return found.filter((version) => version >= 0);
}

describe('a table under a running writer', () => {
  test('whose files were all removed is halted, and gets no entry', async () => {
    const table = await openEvents(lake.store);
    await addTen(table, 0);
    await deleteAll('events/');
    await expect(addTen(table, 1)).rejects.toThrow('its log is gone: entry 1 was there before');
    await expect(addTen(table, 1)).rejects.toThrow(TableHaltedError);
    expect(await versions()).toEqual([]);
  });

  test('whose newest entries were removed is halted', async () => {
    const table = await openEvents(lake.store);
    for (let ten = 0; ten < 3; ten++) await addTen(table, ten);
    await lake.store.delete(entryKey('events', 3));
    await expect(addTen(table, 3)).rejects.toThrow('its log ends at entry 2, but entry 3 was there before');
    expect(await versions()).toEqual([0, 1, 2]);
  });

  test('that was removed and made again by somebody else is halted', async () => {
    const table = await openEvents(lake.store);
    for (let ten = 0; ten < 2; ten++) await addTen(table, ten);
    await deleteAll('events/');
    await openEvents(lake.store);
    await expect(addTen(table, 2)).rejects.toThrow('removed and made again');
    expect(await versions()).toEqual([0]);
  });

  test('whose log was cleaned behind a newer checkpoint goes on from there', async () => {
    const slow = await openEvents(lake.store);
    await addTen(slow, 0, 'slow');
    const quick = await openEvents(lake.store, everyCommit);
    for (let ten = 10; ten < 16; ten++) {
      await quick.append({
        df: eventRows(ten * 10, ten * 10 + 9),
        txns: [{ appId: 'quick', previous: ten === 10 ? -1 : ten * 10 - 1, version: ten * 10 + 9 }],
        nowMs: 0,
        commitId: `quick-${ten}`,
      });
      await checkpointed(quick);
    }
    for (let version = 0; version <= 5; version++) await lake.store.delete(entryKey('events', version));
    expect(await addTen(slow, 1, 'slow')).toMatchObject({ kind: 'committed', version: 8 });
    expect(await idsIn(lake.store)).toEqual([...range(0, 19), ...range(100, 159)]);
  });

  test('whose checkpoint was removed reads the whole log instead, and gets the next checkpoint whole', async () => {
    const table = await openEvents(lake.store, { checkpointEvery: 2 });
    for (let ten = 0; ten < 3; ten++) await addTen(table, ten);
    while ((await checkpointHint(lake.store, 'events')) < 2) await sleep(5);
    await lake.store.delete(checkpointKey('events', 2));
    expect(await idsIn(lake.store)).toEqual(range(0, 29));
    await addTen(table, 3);
    while ((await checkpointHint(lake.store, 'events')) < 4) await sleep(5);
    for (let version = 0; version < 4; version++) await lake.store.delete(entryKey('events', version));
    expect(await idsIn(lake.store)).toEqual(range(0, 39));
    expect((await openEvents(lake.store)).txns.get('task')).toBe(39);
  });

  test('from whose log an older entry was removed gets no checkpoint that hides it, and is halted', async () => {
    const failures: Error[] = [];
    const table = await openEvents(lake.store, {
      checkpointEvery: 4,
      onCheckpointFailure: (error) => failures.push(error),
    });
    for (let ten = 0; ten < 3; ten++) await addTen(table, ten);
    await lake.store.delete(entryKey('events', 1));
    await addTen(table, 3);
    await table.close();
    await expect(addTen(table, 4)).rejects.toThrow(
      'entries before 4 were removed from its log, and no checkpoint stands for them. Restore them',
    );
    expect(await lake.store.get(checkpointKey('events', 4))).toBeUndefined();
    expect(failures).toEqual([]);
  });

  test('whose last entry was on its way while the log was removed, and stands there alone, writes nothing more', async () => {
    const table = await openEvents(lake.store);
    for (let ten = 0; ten < 3; ten++) await addTen(table, ten);
    for (const version of [0, 1, 2]) await lake.store.delete(entryKey('events', version));
    await expect(addTen(table, 3)).rejects.toThrow('entries were removed from its log');
    expect(await lake.store.get(entryKey('events', 4))).toBeUndefined();
  });

  test('whose last entry is stood for by a checkpoint takes the next one', async () => {
    const table = await openEvents(lake.store, everyCommit);
    await addTen(table, 0);
    await checkpointed(table);
    for (const version of [0, 1]) await lake.store.delete(entryKey('events', version));
    expect(await addTen(table, 1)).toMatchObject({ kind: 'committed', version: 2 });
    expect(await idsIn(lake.store)).toEqual(range(0, 19));
  });
});
