/** The commit loop: read facts, let the decision say what to do, do it, until the log has the entry or refuses it. */
import type { Action } from '#delta/actions';
import { isOwnEntry } from '#delta/commit-decision';
import { encodeEntry } from '#delta/entry-codec';
import { entryKey } from '#delta/log-names';
import type { TableState } from '#delta/table-state';
import type { ObjectStore } from '#store/object-store';
import { AmbiguousWriteError } from '#store/store-errors';
import { retryUnclear } from '../ground/retry-unclear.js';
import { advance } from '../log/advance.js';
import { readLogAfter } from '../log/read-log.js';
import { whereLogStands } from './where-log-stands.js';

/** What the log says to an attempt: our entry landed, or the table moved on without it. */
export type AttemptAnswer =
  | { readonly kind: 'landed'; readonly version: number; readonly state: TableState }
  | { readonly kind: 'moved'; readonly state: TableState };

/**
 * Tries to make `actions` the entry after `state`. An unclear answer is settled by reading back: sending the same entry
 * under the same version again is safe, because the version can be created once only.
 * Throws `AmbiguousWriteError` when the store gives no clear answer for long: the entry may have landed; `TableHaltedError`
 * when the entry before is gone.
 */
export async function attemptEntry(
  store: ObjectStore,
  table: string,
  state: TableState,
  commitId: string,
  actions: readonly Action[],
): Promise<AttemptAnswer> {
  const version = state.version + 1;
  const key = entryKey(table, version);
  const bytes = Buffer.from(encodeEntry(actions));
  return retryUnclear(async () => {
    const elsewhere = await whereLogStands(store, table, state, commitId);
    if (elsewhere) return elsewhere;
    try {
      if ((await store.putIfAbsent(key, bytes)) === 'created') {
        return { kind: 'landed', version, state: advance(table, state, [{ version, actions }]) };
      }
    } catch (error) {
      if (!(error instanceof AmbiguousWriteError)) throw error;
      const landed = await readMoves(store, table, state, commitId);
      if (landed === undefined) throw error;
      return landed;
    }
    const moved = await readMoves(store, table, state, commitId);
    if (moved === undefined)
      throw new AmbiguousWriteError(key, new Error('the store says that it exists, and does not give it back'));
    return moved;
  });
}

/** Folds the entries after `state`; undefined when there are none. */
async function readMoves(
  store: ObjectStore,
  table: string,
  state: TableState,
  commitId: string,
): Promise<AttemptAnswer | undefined> {
  const entries = await readLogAfter(store, table, state.version);
  if (entries.length === 0) return undefined;
  const now = advance(table, state, entries);
  const own = entries.find((entry) => isOwnEntry(entry, commitId));
  return own ? { kind: 'landed', version: own.version, state: now } : { kind: 'moved', state: now };
}
