/** Checkpoints (Delta protocol, "Checkpoints"): a file that stands for all log entries up to its version. Which one counts, and what goes into it. */
import type { Action, AddFile, LogEntry, Metadata, Protocol, RemoveFile, Txn } from './actions.js';
import { intervalMs } from './interval.js';
import type { CheckpointPart } from './log-names.js';

/** A table's own wish for the number of commits from one checkpoint to the next. */
const intervalSetting = 'delta.checkpointInterval';
/** How long the data files of removed rows are kept, for readers of older versions; until then a log names them as removed. */
const retentionSetting = 'delta.deletedFileRetentionDuration';
const usualRetentionMs = 7 * 24 * 3_600_000;

/** Content of `_last_checkpoint`; other members than these may be there. */
export interface LastCheckpoint {
  readonly version: number;
  /** Actions in the checkpoint. */
  readonly size: number;
  readonly sizeInBytes?: number;
  readonly numOfAddFiles?: number;
}

/** The version a hint names; undefined when it is no hint at all. */
export function hintedVersion(text: string): number | undefined {
  try {
    const version: unknown = (JSON.parse(text) as Partial<LastCheckpoint> | null)?.version;
    return typeof version === 'number' && Number.isSafeInteger(version) && version >= 0 ? version : undefined;
  } catch {
    return undefined;
  }
}

/** The files of each checkpoint of which all parts are there, in order; the newest first. */
export function wholeCheckpoints(files: readonly CheckpointPart[]): CheckpointPart[][] {
  const sets = Map.groupBy(files, ({ version, parts }) => `${version} ${parts}`);
  const whole = [...sets.values()].filter((set) => set.length === set[0]!.parts);
  return whole
    .sort((a, b) => b[0]!.version - a[0]!.version || a.length - b.length)
    .map((set) => set.sort((a, b) => a.part - b.part));
}

/** Whether it is time for the next one. @param commits since the newest one, whoever made it @param every commits from one to the next, unless the table's metadata say otherwise */
export function isCheckpointDue(
  commits: number,
  { configuration }: Pick<Metadata, 'configuration'>,
  every: number,
): boolean {
  const own = Number(configuration[intervalSetting]);
  return commits >= (Number.isSafeInteger(own) && own > 0 ? own : every);
}

/** What a checkpoint holds besides the data files of the checkpoint before it. */
export interface Reconciled {
  /** Protocol, metadata, positions, and removed files that are not forgotten yet. */
  readonly standing: readonly Action[];
  /** Data files of the entries since. */
  readonly added: readonly AddFile[];
  /** Paths of earlier data files that are removed, or are added anew. */
  readonly gone: ReadonlySet<string>;
}

/** @param earlier actions of the checkpoint before, data files left out @param entries since then, in order */
export function reconcile(earlier: readonly Action[], entries: readonly LogEntry[], nowMs: number): Reconciled {
  let [protocol, metaData]: [Protocol | undefined, Metadata | undefined] = [undefined, undefined];
  const txns = new Map<string, Txn>();
  const added = new Map<string, AddFile>();
  const removed = new Map<string, RemoveFile>();
  for (const action of [...earlier, ...entries.flatMap(({ actions }) => actions)]) {
    if ('protocol' in action) protocol = action.protocol;
    else if ('metaData' in action) metaData = action.metaData;
    else if ('txn' in action) txns.set(action.txn.appId, action.txn);
    else if ('add' in action) move(action.add, added, removed);
    else if ('remove' in action) move(action.remove, removed, added);
  }
  const retentionMs = intervalMs(metaData?.configuration[retentionSetting] ?? '') ?? usualRetentionMs;
  const tombstones = [...removed.values()].filter(
    ({ deletionTimestamp }) => (deletionTimestamp ?? 0) > nowMs - retentionMs,
  );
  return {
    standing: [
      ...(protocol ? [{ protocol }] : []),
      ...(metaData ? [{ metaData }] : []),
      ...[...txns.values()].map((txn) => ({ txn })),
      ...tombstones.map((remove) => ({ remove: { ...remove, dataChange: false } })),
    ],
    added: [...added.values()],
    gone: new Set([...removed.keys(), ...added.keys()]),
  };
}

function move<File extends { readonly path: string }>(
  file: File,
  to: Map<string, File>,
  from: Map<string, unknown>,
): void {
  from.delete(file.path);
  to.set(file.path, file);
}
