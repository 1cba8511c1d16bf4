/** A Delta table that one writer appends to, exactly once per txn step, among any number of other writers. */
import { conform } from '#columns/casts/conform';
import type { DataFrame } from '#columns/polars/data-frames';
import { type ColumnSpec, isNested } from '#columns/types/column-spec';
import type { Action, AddFile } from '#delta/actions';
import { type CommitFacts, decideCommit, type TxnStep } from '#delta/commit-decision';
import type { TableState } from '#delta/table-state';
import type { ObjectStore } from '#store/object-store';
import { TableHaltedError } from '../ground/lake-errors.js';
import { Checkpoints } from './checkpoints.js';
import { attemptEntry } from './commit-entry.js';
import { commitInfo, openState } from './open-state.js';
import type { TableBinding } from './table-binding.js';
import { type TableLayout, writeDataFiles } from './write-data-files.js';

/** The moments at which a crash test may stop the writer. */
export type LakePoint = 'files-written' | 'before-commit' | 'after-commit';

export interface LakeTableOptions {
  readonly store: ObjectStore;
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  readonly partitionBy: readonly string[];
  /** Who writes, for people who read the log: `afluente/0.1.0`. */
  readonly engineInfo: string;
  /** The table that was written before: no other one will do, nor a new one. */
  readonly bound?: TableBinding | undefined;
  /** Entries for the table's metadata; others of an existing table stay. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Epoch ms, for people who read the log. */
  readonly nowMs?: number;
  readonly onPoint?: (point: LakePoint) => void | Promise<void>;
  /** Commits from one checkpoint to the next, unless the table's `delta.checkpointInterval` says otherwise. */
  readonly checkpointEvery?: number;
  /** A checkpoint could not be written or an earlier one not be read; the table goes on without. */
  readonly onCheckpointFailure?: (error: Error, version: number) => void;
}

/** Delta's own default, 10, suits tables that get few large commits. */
const usualCheckpointEvery = 100;

export interface Append {
  /** Holds at least the table's columns that are not nullable, by name; no rows are needed to move the txns. */
  readonly df: DataFrame;
  readonly txns: readonly TxnStep[];
  /** Versions by appId that must still be so, besides those of the steps; -1: none. */
  readonly expects?: ReadonlyMap<string, number> | undefined;
  /** Epoch ms. */
  readonly nowMs: number;
  /** Unique for this append: by it the writer knows its own entry when an answer was lost. */
  readonly commitId: string;
}

/** Data files of a commit; none when an earlier call had committed. */
export interface AddedFiles {
  readonly files: number;
  readonly bytes: number;
}

export type AppendResult =
  | { readonly kind: 'committed'; readonly version: number; readonly added: AddedFiles }
  /** This call added nothing: a txn stands elsewhere than `previous` says. Versions by appId as they are; -1: none. */
  | { readonly kind: 'superseded'; readonly txns: ReadonlyMap<string, number> };

export class LakeTable {
  readonly #columns: readonly ColumnSpec[];
  readonly #layout: TableLayout;
  readonly #checkpoints: Checkpoints;

  private constructor(
    private readonly options: LakeTableOptions,
    private state: TableState,
  ) {
    const { name, partitionBy } = options;
    const columns = withFieldsOf(state.columns, options.columns);
    this.#columns = columns;
    this.#layout = {
      table: name,
      dataColumns: columns.filter((c) => !partitionBy.includes(c.name)),
      partitionColumns: partitionBy.flatMap((p) => columns.filter((c) => c.name === p)),
    };
    const { store, checkpointEvery = usualCheckpointEvery, onCheckpointFailure = () => undefined } = options;
    this.#checkpoints = new Checkpoints({ store, table: name, every: checkpointEvery, onFailure: onCheckpointFailure });
  }

  /**
   * Creates the table when absent, adds new nullable columns when it lacks some.
   * Throws `TableHaltedError` when the table is of another shape, or not the one that was written before, `StoreError` when the store fails.
   */
  static async open(options: LakeTableOptions): Promise<LakeTable> {
    const { store, name, columns, partitionBy, configuration = {}, engineInfo, nowMs, bound } = options;
    const wish = { name, columns, partitionBy, configuration };
    return new LakeTable(options, await openState({ store, wish, engineInfo, nowMs, bound }));
  }

  get name(): string {
    return this.options.name;
  }

  /** The table as it is now, for `bound` of a later opening. */
  get binding(): TableBinding {
    return { id: this.state.metadata.id, version: this.version, lake: this.options.store.url };
  }

  /** What is written; the table may have more. */
  get columns(): readonly ColumnSpec[] {
    return this.#columns;
  }

  /** The newest version this writer has seen. */
  get version(): number {
    return this.state.version;
  }

  /** Committed version by appId, as of `version`. */
  get txns(): ReadonlyMap<string, number> {
    return this.state.txns;
  }

  /**
   * Writes the files, then the log entry, whole or not at all. Safe to call again with the same append after an error.
   * Throws `AmbiguousWriteError` when the store gives no clear answer for long: the rows may have landed, and the next
   * append (or opening the table again) will tell by its txns. Throws `TableHaltedError` when the table no longer fits,
   * `ConformError` or `RequiredColumnError` when the rows do not, `StoreError` when the store fails.
   */
  async append(append: Append): Promise<AppendResult> {
    this.#checkpoints.check();
    const first = this.#decide(append, undefined);
    if (first.kind !== 'commit') return this.#finish(first, []);
    const { store } = this.options;
    const adds = await writeDataFiles(store, this.#layout, conform(append.df, this.#columns), append.nowMs);
    await this.#reach('files-written');
    const actions = this.#actionsOf(
      append,
      adds.map((add) => ({ add })),
    );
    let decision = this.#decide(append, undefined);
    while (decision.kind === 'commit') {
      await this.#reach('before-commit');
      const answer = await attemptEntry(store, this.name, this.state, append.commitId, actions);
      this.#learn(answer.state);
      if (answer.kind === 'landed' && answer.version === this.version)
        this.#checkpoints.committed(this.state, append.nowMs);
      decision = this.#decide(append, answer.kind === 'landed' ? answer.version : undefined);
    }
    if (decision.kind === 'already-committed') await this.#reach('after-commit');
    return this.#finish(decision, adds);
  }

  /** Waits for, or gives up, what goes on behind the commits. */
  close(): Promise<void> {
    return this.#checkpoints.close();
  }

  #decide(append: Append, landedAt: number | undefined): ReturnType<typeof decideCommit> {
    const facts: CommitFacts = {
      state: this.state,
      txns: append.txns,
      expects: append.expects,
      columns: this.#columns,
      partitionBy: this.options.partitionBy,
      landedAt,
    };
    return decideCommit(facts);
  }

  #finish(
    decision: Exclude<ReturnType<typeof decideCommit>, { kind: 'commit' }>,
    adds: readonly AddFile[],
  ): AppendResult {
    switch (decision.kind) {
      case 'already-committed':
        return {
          kind: 'committed',
          version: decision.version,
          added: { files: adds.length, bytes: adds.reduce((sum, { size }) => sum + size, 0) },
        };
      case 'superseded':
        return decision;
      case 'halt':
        throw new TableHaltedError(this.name, decision.reason);
    }
  }

  /** Appends may overlap in time; knowledge never goes back. */
  #learn(state: TableState): void {
    if (state.version > this.state.version) this.state = state;
  }

  #actionsOf({ txns, nowMs, commitId }: Append, adds: readonly Action[]): Action[] {
    const info = commitInfo('WRITE', this.options.engineInfo, commitId, nowMs);
    const steps = txns.map(({ appId, version }) => ({ txn: { appId, version, lastUpdated: nowMs } }));
    return [{ commitInfo: info }, ...steps, ...adds];
  }

  async #reach(point: LakePoint): Promise<void> {
    await this.options.onPoint?.(point);
  }
}

/** Objects are written with all fields that the table's have: not every reader fills up those that a file lacks. The same list where there are no objects. */
function withFieldsOf(table: readonly ColumnSpec[], columns: readonly ColumnSpec[]): readonly ColumnSpec[] {
  if (!columns.some(({ type }) => isNested(type))) return columns;
  return columns.map((column) =>
    isNested(column.type) ? { ...column, type: table.find(({ name }) => name === column.name)!.type } : column,
  );
}
