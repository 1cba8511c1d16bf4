/** Makes checkpoints behind a writer's back: one at a time, and no commit waits for it. */
import { isCheckpointDue } from '#delta/checkpoint';
import type { TableState } from '#delta/table-state';
import type { ObjectStore } from '#store/object-store';
import { checkpointHint, writeCheckpoint } from '../checkpoint/checkpoint.js';
import { TableHaltedError } from '../ground/lake-errors.js';
import { readLog } from '../log/read-log.js';

export interface CheckpointOptions {
  readonly store: ObjectStore;
  readonly table: string;
  /** Commits from one checkpoint to the next, unless the table says otherwise. */
  readonly every: number;
  /** The table goes on without; the next one is tried as ever. */
  readonly onFailure: (error: Error, version: number) => void;
}

export class Checkpoints {
  /** Why no reader can use the log any more. */
  #broken: TableHaltedError | undefined;
  #running: Promise<void> | undefined;
  /** Version of the newest checkpoint, as far as this writer knows; 0 when there is none, undefined when it does not know yet. */
  #newest: number | undefined;
  readonly #stop = new AbortController();

  constructor(private readonly options: CheckpointOptions) {}

  /** After a commit. @param state the table right after it */
  committed(state: Pick<TableState, 'version' | 'metadata'>, nowMs: number): void {
    if (this.#running || this.#stop.signal.aborted || !this.#isDue(state)) return;
    this.#running = this.#make(state, nowMs)
      .catch((error: Error) => (error === this.#broken ? undefined : this.options.onFailure(error, state.version)))
      .finally(() => (this.#running = undefined));
  }

  /** @throws TableHaltedError when entries were found to be missing */
  check(): void {
    if (this.#broken) throw this.#broken;
  }

  /** One that is not done is given up. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Before the newest one is known, whoever made it, it may be. */
  #isDue({ version, metadata }: Pick<TableState, 'version' | 'metadata'>): boolean {
    return this.#newest === undefined || isCheckpointDue(version - this.#newest, metadata, this.options.every);
  }

  async #make(state: Pick<TableState, 'version' | 'metadata'>, nowMs: number): Promise<void> {
    const { store, table } = this.options;
    const { version } = state;
    const hint = this.#newest ?? (await checkpointHint(store, table));
    // One beyond the end of the log is wrong.
    this.#newest = hint > version ? 0 : hint;
    if (!this.#isDue(state)) return;
    const { checkpoint, entries } = await readLog(store, table, version);
    // Another writer may have made one meanwhile.
    this.#newest = checkpoint?.version ?? 0;
    if (!this.#isDue(state)) return;
    // Also when it fails: the next one is tried as ever.
    this.#newest = version;
    if (entries.length < version - (checkpoint?.version ?? -1)) return this.#miss(version);
    await writeCheckpoint({ store, table, version, before: checkpoint, entries, nowMs, stop: this.#stop.signal });
  }

  /** A checkpoint that is made without the entries that are missing would hide for good that their rows are gone. */
  async #miss(version: number): Promise<void> {
    const { store, table } = this.options;
    // Others may have cleaned them behind a checkpoint of their own.
    const newest = (await readLog(store, table)).checkpoint?.version ?? -1;
    if (newest >= version) return;
    this.#broken = new TableHaltedError(
      table,
      `entries before ${version} were removed from its log, and no checkpoint stands for them. Restore them`,
    );
    throw this.#broken;
  }
}
