/** What a task knows about its windows. It is changed in place: whoever changes it by halves must throw it away. */
import type { ColumnType } from '#columns/types/column-spec';
import type { HashSeed } from '../keys/keyed-hash.js';
import type { WindowSpec } from '../spec/window-spec.js';
import { type Layout, layoutOf } from './layout.js';
import { WindowTable } from './window-table.js';

/** Windows of a task of a generation before, as they were when it ended: all that was in them is published. */
export interface FormerWindows {
  readonly task: string;
  /** How many generations before: 1 or more. */
  readonly ago: number;
  readonly state: WindowState;
}

export class WindowState {
  /** By start, epoch ms. */
  readonly windows = new Map<number, WindowTable>();
  /** Earliest window that may have a change that is not published: with it and the next one, an emission that has nothing to do is two comparisons. */
  dirtyMinMs = Infinity;
  windowMinMs = Infinity;
  /** Windows that start at or before it are gone. */
  purgedStartMs = -Infinity;
  /** Events that came after their window was gone. */
  expiredEvents = 0;
  #layout: Layout | undefined;
  #former: readonly FormerWindows[] = [];

  /** @param seed of the hashes of keys: it must be the same in all tables that are derived from each other again */
  constructor(
    readonly spec: WindowSpec,
    readonly seed: HashSeed,
  ) {}

  /** How rows are kept; undefined before the first event. */
  get layout(): Layout | undefined {
    return this.#layout;
  }

  /**
   * Takes note of the types of the events' columns.
   * @throws Error when those before had others: sums of both cannot be told apart from sums of either
   */
  setTypes(types: readonly ColumnType[]): Layout {
    const layout = layoutOf(this.spec, types);
    this.#layout ??= layout;
    if (layout !== this.#layout)
      throw new Error(
        `The columns of window ${this.spec.name} have changed their types: ${JSON.stringify(this.#layout.types)} became ${JSON.stringify(types)}`,
      );
    return layout;
  }

  /** A window that holds events, made when it is not there; undefined when it is gone. */
  open(startMs: number): WindowTable | undefined {
    if (startMs <= this.purgedStartMs) return undefined;
    if (startMs < this.dirtyMinMs) this.dirtyMinMs = startMs;
    const known = this.windows.get(startMs);
    if (known) return known;
    const made = new WindowTable(this.#layout!, this.seed);
    this.put(startMs, made);
    return made;
  }

  put(startMs: number, table: WindowTable): void {
    this.windows.set(startMs, table);
    table.former = this.#formerOf(startMs);
    if (startMs < this.windowMinMs) this.windowMinMs = startMs;
  }

  get former(): readonly FormerWindows[] {
    return this.#former;
  }

  /** The newest first: of a key that two of them hold, the first one counts. */
  set former(former: readonly FormerWindows[]) {
    this.#former = former;
    for (const [startMs, table] of this.windows) table.former = this.#formerOf(startMs);
  }

  /** Forgets windows of others that are gone here. */
  purgeFormer(): void {
    for (const { state } of this.#former)
      for (const startMs of state.windows.keys()) if (startMs <= this.purgedStartMs) state.windows.delete(startMs);
    this.#former = this.#former.filter(({ state }) => state.windows.size > 0);
  }

  #formerOf(startMs: number): WindowTable[] {
    return this.#former.flatMap(({ state }) => state.windows.get(startMs) ?? []);
  }

  /** Keys of all windows, and the memory that they and their values take, about. */
  get size(): { readonly entries: number; readonly bytes: number } {
    let [entries, bytes] = [0, 0];
    for (const table of [this, ...this.#former.map(({ state }) => state)].flatMap(({ windows }) => [
      ...windows.values(),
    ])) {
      entries += table.keys.rows;
      for (const shard of table.shards()) bytes += shard.bytes;
    }
    return { entries, bytes };
  }
}
