/** What a table looks like to somebody who changes nothing: its state, or why it has none, and which of its newest files are gone. */
import { checkpointPartOf, dataKey, versionPrefix } from '#delta/log-names';
import type { TableState } from '#delta/table-state';
import type { ObjectStore } from '#store/object-store';
import { checkpointHint } from '../checkpoint/checkpoint.js';
import { TableHaltedError } from '../ground/lake-errors.js';
import { currentState } from './current-state.js';
import { readLogAfter } from './read-log.js';

export interface TableLook {
  /** Undefined when there is no such table, or it cannot be used. */
  readonly state: TableState | undefined;
  /** Why its log cannot be used. */
  readonly unusable: string | undefined;
  /** Version that `_last_checkpoint` names although no checkpoint is there. */
  readonly lostCheckpoint: number | undefined;
  /** Keys of data files that the newest entries added and that are not in the store. */
  readonly missingFiles: readonly string[];
}

const entriesLookedAt = 5;
const filesLookedAt = 20;

/** Reads the end of the log and asks for a few files, however large the table is. @throws StoreError */
export async function inspectTable(store: ObjectStore, table: string): Promise<TableLook> {
  const lostCheckpoint = await lostCheckpointOf(store, table);
  const nothing = { state: undefined, unusable: undefined, lostCheckpoint, missingFiles: [] };
  try {
    const state = (await currentState(store, table))?.state;
    return state ? { ...nothing, state, missingFiles: await missingFiles(store, table, state.version) } : nothing;
  } catch (error) {
    if (!(error instanceof TableHaltedError)) throw error;
    return { ...nothing, unusable: error.message };
  }
}

async function lostCheckpointOf(store: ObjectStore, table: string): Promise<number | undefined> {
  const hint = await checkpointHint(store, table);
  if (hint === 0) return undefined;
  for await (const { key } of store.list(versionPrefix(table, hint)))
    if (checkpointPartOf(table, key)) return undefined;
  return hint;
}

/** Only entries that are still there are looked at: others may clean them behind a checkpoint. */
async function missingFiles(store: ObjectStore, table: string, version: number): Promise<string[]> {
  const entries = await readLogAfter(store, table, Math.max(-1, version - entriesLookedAt));
  const actions = entries.flatMap((entry) => entry.actions);
  const removed = new Set(actions.flatMap((action) => ('remove' in action ? [action.remove.path] : [])));
  const added = actions.flatMap((action) =>
    'add' in action && !removed.has(action.add.path) ? [dataKey(table, action.add.path)] : [],
  );
  const newest = added.slice(-filesLookedAt);
  const isThere = await Promise.all(newest.map((key) => exists(store, key)));
  return newest.filter((_, i) => !isThere[i]);
}

async function exists(store: ObjectStore, key: string): Promise<boolean> {
  for await (const found of store.list(key)) return found.key === key;
  return false;
}
