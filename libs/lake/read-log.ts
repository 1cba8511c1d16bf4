/** Reads log entries of a table from its store. */
import type { LogEntry } from '#delta/actions';
import { parseEntry } from '#delta/entry-codec';
import { entryKey, logPrefix, versionOfEntryKey } from '#delta/log-names';
import type { ObjectStore } from '#store/object-store';
import { inOrder } from './in-order.js';
import { TableHaltedError } from './lake-errors.js';

const readsAtOnceMax = 16;

/** Every entry at the time of the call, in order of version; none when there is no such table. */
export async function readLog(store: ObjectStore, table: string): Promise<LogEntry[]> {
  const versions: number[] = [];
  for await (const { key } of store.list(logPrefix(table))) {
    const version = versionOfEntryKey(table, key);
    if (version !== undefined) versions.push(version);
  }
  const entries = await inOrder(versions, readsAtOnceMax, (version) => readEntry(store, table, version));
  return entries.filter((entry) => entry !== undefined);
}

/** The entries after `version`, read one by one until there is no next. */
export async function readLogAfter(store: ObjectStore, table: string, version: number): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (let next = version + 1; ; next++) {
    const entry = await readEntry(store, table, next);
    if (entry === undefined) return entries;
    entries.push(entry);
  }
}

async function readEntry(store: ObjectStore, table: string, version: number): Promise<LogEntry | undefined> {
  const bytes = await store.get(entryKey(table, version));
  if (bytes === undefined) return undefined;
  const parsed = parseEntry(version, Buffer.from(bytes).toString('utf8'));
  if (parsed.kind === 'unreadable') throw new TableHaltedError(table, parsed.reason);
  return parsed.entry;
}
