/** Whether a log still ends where its writer believes: others may have cleaned it, removed it, or made the table again. */
import { isOwnEntry } from '#delta/commit-decision';
import { entryKey } from '#delta/log-names';
import type { TableState } from '#delta/table-state';
import type { ObjectStore } from '#store/object-store';
import { checkpointHint } from '../checkpoint/checkpoint.js';
import { TableHaltedError } from '../ground/lake-errors.js';
import { currentState } from '../log/current-state.js';
import type { AttemptAnswer } from './commit-entry.js';

/**
 * An entry whose predecessor is gone is seen by no reader: either the log was removed, or others have cleaned it behind a
 * checkpoint that is newer than what this writer knows, and its version has long been taken.
 * @returns undefined when the next entry may follow `state`; else what the log says now
 * @throws TableHaltedError when the log was removed or is another table's, StoreError
 */
export async function whereLogStands(
  store: ObjectStore,
  table: string,
  state: TableState,
  commitId: string,
): Promise<AttemptAnswer | undefined> {
  // The last entry may have been on its way while the log was removed: then it is there, alone, and the one before it tells.
  const last = [state.version, state.version - 1].filter((version) => version >= 0);
  const [hint, ...entries] = await Promise.all([
    checkpointHint(store, table),
    ...last.map((version) => store.get(entryKey(table, version))),
  ]);
  const isWhole = entries.every((entry, back) => entry !== undefined || (back > 0 && hint > 0 && hint >= last[back]!));
  if (isWhole && hint <= state.version) return undefined;
  const now = await currentState(store, table);
  if (now === undefined)
    throw new TableHaltedError(
      table,
      `its log is gone: entry ${state.version} was there before. Somebody, or a rule of the store, has removed it; nothing was committed since. Restore the table's folder with its _delta_log and start again`,
    );
  if (now.state.metadata.id !== state.metadata.id)
    throw new TableHaltedError(
      table,
      'it was removed and made again by somebody else while it was being written. Restore the old one, or use another lake',
    );
  if (now.state.version < state.version)
    throw new TableHaltedError(
      table,
      `its log ends at entry ${now.state.version}, but entry ${state.version} was there before: entries were removed from its log. Restore them`,
    );
  const own = now.entries.find((found) => isOwnEntry(found, commitId));
  if (own) return { kind: 'landed', version: own.version, state: now.state };
  // A checkpoint stands for the entry.
  return now.state.version === state.version ? undefined : { kind: 'moved', state: now.state };
}
