/** Builder for lists: the items of all lists end to end, and an offset per list. */
import { type ColumnBuilder, initialRows } from './column-builder.js';
import { grownWords, Nulls } from './nulls.js';

/** Append the items of a list to `items`, however many, then call `endList`. */
export class ListBuilder<Item extends ColumnBuilder = ColumnBuilder> implements ColumnBuilder {
  rows = 0;
  readonly rowBytes = 4;
  readonly nulls = new Nulls();
  readonly children: readonly [Item];
  #offsets = new Int32Array(initialRows);

  constructor(readonly items: Item) {
    this.children = [items];
  }

  /** What the items take whatever their values: their number is no other column's. */
  get valueBytes(): number {
    return this.items.rows * (this.items.rowBytes + 1 / 8);
  }

  /** The items since the last call are one list. */
  endList(): void {
    const next = ++this.rows;
    if (next === this.#offsets.length) this.#offsets = grownWords(this.#offsets);
    this.#offsets[next] = this.items.rows;
  }

  appendNull(): void {
    this.nulls.note(this.rows);
    this.endList();
  }

  buffers(): readonly Uint8Array[] {
    return [new Uint8Array(this.#offsets.buffer, 0, (this.rows + 1) * 4)];
  }

  reset(): void {
    this.rows = 0;
    this.nulls.reset();
    this.items.reset();
  }
}
