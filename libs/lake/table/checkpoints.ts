/** Makes checkpoints behind a writer's back: one at a time, and no commit waits for it. */
import { isCheckpointDue } from '#delta/checkpoint';
import type { TableState } from '#delta/table-state';
import type { ObjectStore } from '#store/object-store';
import { writeCheckpoint } from '../checkpoint/checkpoint.js';
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
  readonly #stop = new AbortController();

  constructor(private readonly options: CheckpointOptions) {}

  /** After a commit. @param state the table right after it */
  committed(state: Pick<TableState, 'version' | 'metadata'>, nowMs: number): void {
    if (
      this.#running ||
      this.#stop.signal.aborted ||
      !isCheckpointDue(state.version, state.metadata, this.options.every)
    )
      return;
    this.#running = this.#write(state.version, nowMs)
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

  async #write(version: number, nowMs: number): Promise<void> {
    const { store, table } = this.options;
    const { checkpoint, entries } = await readLog(store, table, version);
    if (checkpoint?.version === version) return;
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
