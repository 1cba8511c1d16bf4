/** Reads what a writer must know of a table from all of its log, or from its newest checkpoint and the entries behind it. */
import type { LogEntry } from '#delta/actions';
import { stateOfCheckpoint, type TableState } from '#delta/table-state';
import type { ObjectStore } from '#store/object-store';
import { TableHaltedError } from '../ground/lake-errors.js';
import { advance } from './advance.js';
import { readLog } from './read-log.js';

export interface CurrentState {
  readonly state: TableState;
  /** What was read besides the checkpoint, in order of version. */
  readonly entries: readonly LogEntry[];
}

/** Undefined when there is no such table. @throws TableHaltedError when its log cannot be used, StoreError */
export async function currentState(store: ObjectStore, table: string): Promise<CurrentState | undefined> {
  const { checkpoint, entries } = await readLog(store, table);
  if (checkpoint === undefined)
    return entries.length > 0 ? { state: advance(table, undefined, entries), entries } : undefined;
  const base = stateOfCheckpoint(checkpoint.version, await checkpoint.all('protocol', 'metaData', 'txn'));
  if (base.kind === 'halt') throw new TableHaltedError(table, base.reason);
  return { state: advance(table, base.state, entries), entries };
}
