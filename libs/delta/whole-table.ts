/** A whole table at its newest version: the state, and the data files that make up its rows. */
import type { AddFile, LogEntry } from './actions.js';
import { foldState, stateOfCheckpoint, type TableState } from './table-state.js';

export interface WholeTable {
  readonly state: TableState;
  /** By path, in the order in which they were added. */
  readonly files: ReadonlyMap<string, AddFile>;
}

export type TableFold =
  | { readonly kind: 'table'; readonly table: WholeTable }
  | { readonly kind: 'absent' }
  | { readonly kind: 'halt'; readonly reason: string };

/** @param entries in order of version, from 0 or from the checkpoint @param checkpoint all actions of it, as an entry */
export function foldTable(entries: Iterable<LogEntry>, checkpoint?: LogEntry): TableFold {
  let state: TableState | undefined;
  const files = new Map<string, AddFile>();
  if (checkpoint) {
    const base = stateOfCheckpoint(checkpoint.version, checkpoint.actions);
    if (base.kind === 'halt') return base;
    state = base.state;
    applyFiles(files, checkpoint);
  }
  for (const entry of entries) {
    const next = foldState(state, entry);
    if (next.kind === 'halt') return next;
    state = next.state;
    applyFiles(files, entry);
  }
  return state === undefined ? { kind: 'absent' } : { kind: 'table', table: { state, files } };
}

function applyFiles(files: Map<string, AddFile>, entry: LogEntry): void {
  for (const action of entry.actions) {
    if ('add' in action) files.set(action.add.path, action.add);
    else if ('remove' in action) files.delete(action.remove.path);
  }
}
