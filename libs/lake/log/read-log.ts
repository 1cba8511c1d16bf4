/** Reads log entries of a table from its store. */
import type { LogEntry } from '#delta/actions';
import { wholeCheckpoints } from '#delta/checkpoint';
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

/**
 * Of checkpoints that are damaged an older one stands for the log, or nothing, where the entries behind it are there.
 * @param through leaves out what is newer
 */
export async function readLog(store: ObjectStore, table: string, through = Infinity): Promise<TableLog> {
  const hint = await checkpointHint(store, table);
  let listed = await listLog(store, table, hint, through);
  let opened = await openNewest(store, table, listed.checkpoints);
  // The checkpoint that the hint names may be gone or damaged: then an older one, or the whole log, tells what it stood for.
  if (hint > 0 && opened.checkpoint === undefined) {
    listed = await listLog(store, table, 0, through);
    opened = await openNewest(store, table, listed.checkpoints);
  }
  const { checkpoint, unusable } = opened;
  const base = checkpoint?.version ?? -1;
  const versions = listed.versions.filter((version) => version > base);
  if (unusable && versions[0] !== base + 1) throw unusable;
  return { checkpoint, entries: await readEntries(store, table, versions) };
}

interface Opened {
  readonly checkpoint: Checkpoint | undefined;
  /** Why the newest is not the one, where that is so. */
  readonly unusable: TableHaltedError | undefined;
}

async function openNewest(
  store: ObjectStore,
  table: string,
  checkpoints: readonly (readonly CheckpointPart[])[],
): Promise<Opened> {
  let unusable: TableHaltedError | undefined;
  for (const parts of checkpoints) {
    try {
      return { checkpoint: await Checkpoint.open(store, table, parts), unusable };
    } catch (error) {
      if (!(error instanceof TableHaltedError)) throw error;
      unusable ??= error;
    }
  }
  return { checkpoint: undefined, unusable };
}

/** Versions of the entries, and the checkpoints, the newest first, among what belongs to `from` or a later version. */
async function listLog(
  store: ObjectStore,
  table: string,
  from: number,
  through: number,
): Promise<{ versions: number[]; checkpoints: CheckpointPart[][] }> {
  const versions: number[] = [];
  const files: CheckpointPart[] = [];
  for await (const { key } of store.list(logPrefix(table), from === 0 ? undefined : versionPrefix(table, from))) {
    const version = versionOfEntryKey(table, key);
    if (version !== undefined && version <= through) versions.push(version);
    const file = checkpointPartOf(table, key);
    if (file && file.version <= through) files.push(file);
  }
  return { versions, checkpoints: wholeCheckpoints(files) };
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
