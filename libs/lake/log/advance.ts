/** Folds log entries into what a writer knows of a table. */
import type { LogEntry } from '#delta/actions';
import { foldState, type TableState } from '#delta/table-state';
import { TableHaltedError } from '../ground/lake-errors.js';

/** The state after `entries`. @throws TableHaltedError when they cannot be used */
export function advance(table: string, state: TableState | undefined, entries: readonly LogEntry[]): TableState {
  let now = state;
  for (const entry of entries) {
    const next = foldState(now, entry);
    if (next.kind === 'halt') throw new TableHaltedError(table, next.reason);
    now = next.state;
  }
  if (now === undefined) throw new TableHaltedError(table, 'its log is empty');
  return now;
}
