/** The read side: which data files make up a table now. */
import type { AddFile } from '#delta/actions';
import { dataKey } from '#delta/log-names';
import { foldTable, type WholeTable } from '#delta/whole-table';
import type { ObjectStore } from '#store/object-store';
import { TableHaltedError } from '../ground/lake-errors.js';
import { readLog } from './read-log.js';

export interface CurrentFile extends AddFile {
  /** Where the store holds the file. */
  readonly key: string;
}

/** Undefined when there is no such table. */
export async function readTable(store: ObjectStore, table: string): Promise<WholeTable | undefined> {
  const { checkpoint, entries } = await readLog(store, table);
  const base = checkpoint && {
    version: checkpoint.version,
    actions: await checkpoint.all('protocol', 'metaData', 'txn', 'add'),
  };
  const folded = foldTable(entries, base);
  if (folded.kind === 'halt') throw new TableHaltedError(table, folded.reason);
  return folded.kind === 'absent' ? undefined : folded.table;
}

/** In the order in which the files were added; none when there is no such table. */
export async function currentFiles(store: ObjectStore, table: string): Promise<CurrentFile[]> {
  const snapshot = await readTable(store, table);
  return snapshot === undefined ? [] : filesOf(table, snapshot);
}

export function filesOf(table: string, snapshot: WholeTable): CurrentFile[] {
  return [...snapshot.files.values()].map((file) => ({ ...file, key: dataKey(table, file.path) }));
}
