/** The read side of a table that grows: the data files of each commit from a moment on. */
import { dataKey, logPrefix, versionOfEntryKey } from '#delta/log-names';
import type { ObjectStore } from '#store/object-store';
import { readLogAfter } from './read-log.js';

export class TableFollower {
  private constructor(
    private readonly store: ObjectStore,
    private readonly table: string,
    private version: number,
  ) {}

  /** Follows the commits after those that are there; the table may be absent yet. */
  static async open(store: ObjectStore, table: string): Promise<TableFollower> {
    let newest = -1;
    for await (const { key } of store.list(logPrefix(table)))
      newest = Math.max(newest, versionOfEntryKey(table, key) ?? -1);
    return new TableFollower(store, table, newest);
  }

  /** Keys of the data files that were added since the last call, in order. @throws StoreError, TableHaltedError */
  async next(): Promise<string[]> {
    const entries = await readLogAfter(this.store, this.table, this.version);
    this.version = entries.at(-1)?.version ?? this.version;
    return entries.flatMap(({ actions }) =>
      actions.flatMap((action) => ('add' in action ? [dataKey(this.table, action.add.path)] : [])),
    );
  }
}
