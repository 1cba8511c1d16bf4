/** Reads log entries of a table from its store. */
import type { LogEntry } from '#delta/actions';
import { newestCheckpoint } from '#delta/checkpoint';
import { parseEntry } from '#delta/entry-codec';
import {
  type CheckpointPart,
  checkpointPartOf,
  entryKey,
  logPrefix,
  versionOfEntryKey,
  versionPrefix,
} from '#delta/log-names';
import type { ObjectStore } from '#store/object-store';
import { Checkpoint, checkpointHint } from '../checkpoint/checkpoint.js';
import { inOrder } from '../ground/in-order.js';
import { TableHaltedError } from '../ground/lake-errors.js';

const readsAtOnceMax = 16;

/** A table's log as readers use it: no checkpoint and no entries when there is no such table. */
export interface TableLog {
  /** Stands for all entries up to its version. */
  readonly checkpoint: Checkpoint | undefined;
  /** Those after the checkpoint, in order of version. */
  readonly entries: readonly LogEntry[];
}

/** @param through leaves out what is newer */
export async function readLog(store: ObjectStore, table: string, through = Infinity): Promise<TableLog> {
  const hint = await checkpointHint(store, table);
  const behindHint = await listLog(store, table, hint, through);
  // The checkpoint that the hint names may be gone: then the whole log tells what it stood for.
  const { versions, parts } =
    hint > 0 && behindHint.parts.length === 0 ? await listLog(store, table, 0, through) : behindHint;
  const checkpoint = parts.length === 0 ? undefined : await Checkpoint.open(store, table, parts);
  const from = checkpoint?.version ?? -1;
  return {
    checkpoint,
    entries: await readEntries(
      store,
      table,
      versions.filter((version) => version > from),
    ),
  };
}

/** Versions of the entries, and the newest whole checkpoint, among what belongs to `from` or a later version. */
async function listLog(
  store: ObjectStore,
  table: string,
  from: number,
  through: number,
): Promise<{ versions: number[]; parts: CheckpointPart[] }> {
  const versions: number[] = [];
  const files: CheckpointPart[] = [];
  for await (const { key } of store.list(logPrefix(table), from === 0 ? undefined : versionPrefix(table, from))) {
    const version = versionOfEntryKey(table, key);
    if (version !== undefined && version <= through) versions.push(version);
    const file = checkpointPartOf(table, key);
    if (file && file.version <= through) files.push(file);
  }
  return { versions, parts: newestCheckpoint(files) };
}

/** Every entry at the time of the call, in order of version. */
export async function readWholeLog(store: ObjectStore, table: string): Promise<LogEntry[]> {
  const versions: number[] = [];
  for await (const { key } of store.list(logPrefix(table))) {
    const version = versionOfEntryKey(table, key);
    if (version !== undefined) versions.push(version);
  }
  return readEntries(store, table, versions);
}

async function readEntries(store: ObjectStore, table: string, versions: readonly number[]): Promise<LogEntry[]> {
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
