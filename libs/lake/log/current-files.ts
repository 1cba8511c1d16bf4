/** The read side: which data files make up a table now. */
import type { AddFile } from '#delta/actions';
import { dataKey } from '#delta/log-names';
import { foldSnapshot, type Snapshot } from '#delta/snapshot';
import type { ObjectStore } from '#store/object-store';
import { TableHaltedError } from '../ground/lake-errors.js';
import { readLog } from './read-log.js';

export interface CurrentFile extends AddFile {
  /** Where the store holds the file. */
  readonly key: string;
}

/** Undefined when there is no such table. */
export async function readSnapshot(store: ObjectStore, table: string): Promise<Snapshot | undefined> {
  const { checkpoint, entries } = await readLog(store, table);
  const base = checkpoint && {
    version: checkpoint.version,
    actions: await checkpoint.all('protocol', 'metaData', 'txn', 'add'),
  };
  const folded = foldSnapshot(entries, base);
  if (folded.kind === 'halt') throw new TableHaltedError(table, folded.reason);
  return folded.kind === 'absent' ? undefined : folded.snapshot;
}

/** In the order in which the files were added; none when there is no such table. */
export async function currentFiles(store: ObjectStore, table: string): Promise<CurrentFile[]> {
  const snapshot = await readSnapshot(store, table);
  return snapshot === undefined ? [] : filesOf(table, snapshot);
}

export function filesOf(table: string, snapshot: Snapshot): CurrentFile[] {
  return [...snapshot.files.values()].map((file) => ({ ...file, key: dataKey(table, file.path) }));
}
