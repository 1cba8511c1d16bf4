/** A checkpoint in its store: read whichever counts, write a new one. */
import type { Action, AddFile, LogEntry } from '#delta/actions';
import { hintedVersion, type LastCheckpoint, reconcile } from '#delta/checkpoint';
import { type CheckpointPart, checkpointKey, lastCheckpointKey } from '#delta/log-names';
import type { ObjectStore } from '#store/object-store';
import { TableHaltedError } from '../ground/lake-errors.js';
import type { ActionKind } from './checkpoint-columns.js';
import { CheckpointReader, CheckpointWriter } from './checkpoint-file.js';

export class Checkpoint {
  private constructor(
    private readonly table: string,
    readonly version: number,
    private readonly files: readonly CheckpointReader[],
  ) {}

  /** @param parts all files of one checkpoint, in order @throws TableHaltedError when one is gone, cut off or damaged; StoreError */
  static async open(store: ObjectStore, table: string, parts: readonly CheckpointPart[]): Promise<Checkpoint> {
    const { version } = parts[0]!;
    const files = await Promise.all(
      parts.map(async ({ key }) => {
        const bytes = await store.get(key);
        return readable(table, version, () => {
          if (bytes === undefined) throw new Error('it is gone');
          return new CheckpointReader(bytes);
        });
      }),
    );
    const checkpoint = new Checkpoint(table, version, files);
    // A file may be whole to its end and hold what cannot be read: without these it stands for nothing.
    const [protocol, metaData] = await Promise.all([checkpoint.all('protocol'), checkpoint.all('metaData')]);
    if (protocol.length === 0 || metaData.length === 0)
      throw unreadable(table, version, new Error('it has no protocol or no metadata'));
    return checkpoint;
  }

  /** The actions of these kinds. @throws TableHaltedError */
  async all(...kinds: ActionKind[]): Promise<Action[]> {
    const all: Action[] = [];
    for await (const actions of this.actions(...kinds)) for (const action of actions) all.push(action);
    return all;
  }

  /** The same in pieces, for what should not be in memory as a whole. */
  async *actions(...kinds: ActionKind[]): AsyncGenerator<Action[]> {
    for (const file of this.files) {
      try {
        yield* file.actions(kinds);
      } catch (error) {
        throw unreadable(this.table, this.version, error);
      }
    }
  }
}

/** The version from which a reader need look for checkpoints; 0 when nothing is known. */
export async function checkpointHint(store: ObjectStore, table: string): Promise<number> {
  const bytes = await store.get(lastCheckpointKey(table));
  return (bytes && hintedVersion(Buffer.from(bytes).toString('utf8'))) ?? 0;
}

export interface NewCheckpoint {
  readonly store: ObjectStore;
  readonly table: string;
  readonly version: number;
  /** The one before, and the entries from there to `version`. */
  readonly before: Checkpoint | undefined;
  readonly entries: readonly LogEntry[];
  /** Epoch ms. */
  readonly nowMs: number;
  readonly stop: AbortSignal;
}

/**
 * Every writer of the same version writes the same actions, so replacing is harmless. Without effect when stopped before its end.
 * @throws TableHaltedError when the earlier one cannot be read, StoreError
 */
export async function writeCheckpoint({
  store,
  table,
  version,
  before,
  entries,
  nowMs,
  stop,
}: NewCheckpoint): Promise<void> {
  const earlier = before ? await before.all('protocol', 'metaData', 'txn', 'remove') : [];
  const { standing, added, gone } = reconcile(earlier, entries, nowMs);
  const file = new CheckpointWriter();
  await file.write(standing);
  const write = (files: readonly AddFile[]): Promise<void> =>
    file.write(files.map((add) => ({ add: { ...add, dataChange: false } })));
  for await (const actions of before?.actions('add') ?? []) {
    if (stop.aborted) return;
    await write(actions.flatMap((action) => ('add' in action && !gone.has(action.add.path) ? [action.add] : [])));
  }
  await write(added);
  if (stop.aborted) return;
  const bytes = file.finish();
  const hint: LastCheckpoint = {
    version,
    size: file.size,
    sizeInBytes: bytes.byteLength,
    numOfAddFiles: file.size - standing.length,
  };
  await store.put(checkpointKey(table, version), bytes);
  await store.put(lastCheckpointKey(table), Buffer.from(JSON.stringify(hint)));
}

function readable<Result>(table: string, version: number, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw unreadable(table, version, error);
  }
}

function unreadable(table: string, version: number, error: unknown): Error {
  return new TableHaltedError(
    table,
    `checkpoint ${version} in its _delta_log cannot be read (${(error as Error).message}). Restore it; or delete it and _last_checkpoint if all entries since 0 are there`,
  );
}
