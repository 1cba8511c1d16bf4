/** A lake of each test's own, whose table gets a checkpoint at every fourth version. */
import { afterEach, beforeEach } from '@jest/globals';
import { checkpointKey } from '#delta/log-names';
import type { LakeTable } from '#lake/table/lake-table';
import type { LocalStore } from '#store/local-store';
import { eventRows, type Lake, makeLake, openEvents } from './lake-fixture.js';

export interface CheckpointedLake {
  readonly store: LocalStore;
  /** Throws when a checkpoint cannot be written. */
  openChecked(): Promise<LakeTable>;
  /** Appends of ten rows each; a checkpoint at every fourth version. */
  appendTens(table: LakeTable, from: number, to: number): Promise<void>;
}

/** Makes and removes the lake around each test of the spec that calls it. */
export function checkpointedLake(): CheckpointedLake {
  let lake: Lake;
  beforeEach(async () => {
    lake = await makeLake();
  });
  afterEach(() => lake.remove());
  return {
    get store() {
      return lake.store;
    },
    openChecked: () =>
      openEvents(lake.store, {
        checkpointEvery: 4,
        onCheckpointFailure: (error) => {
          throw error;
        },
      }),
    appendTens: (table, from, to) => appendTens(lake.store, table, from, to),
  };
}

async function appendTens(store: LocalStore, table: LakeTable, from: number, to: number): Promise<void> {
  for (let ten = from; ten <= to; ten++) {
    const txns = [{ appId: 'task', previous: ten === 0 ? -1 : ten * 10 - 1, version: ten * 10 + 9 }];
    await table.append({ df: eventRows(ten * 10, ten * 10 + 9), txns, nowMs: 1_700_000_000_000, commitId: `c${ten}` });
    // Behind every commit, so that each checkpoint that is due is there.
    await settled(store, table);
  }
}

async function settled(store: LocalStore, table: LakeTable): Promise<void> {
  while (table.version % 4 === 0 && (await store.get(checkpointKey('events', table.version))) === undefined)
    await new Promise((resolve) => setTimeout(resolve, 5));
}
