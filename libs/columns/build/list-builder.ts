/** Builder for lists of small rows: the columns of all rows of all lists end to end, and an offset per list. */
import { type ColumnBuilder, initialRows } from './column-builder.js';
import { grownWords, Nulls } from './nulls.js';

/** The small rows: a struct, which has no values of its own. None is missing. */
class ItemsBuilder implements ColumnBuilder {
  readonly rowBytes: number;
  readonly nulls = new Nulls();

  constructor(readonly children: readonly ColumnBuilder[]) {
    this.rowBytes = children.reduce((sum, { rowBytes }) => sum + rowBytes + 1 / 8, 0);
  }

  get rows(): number {
    return this.children[0]?.rows ?? 0;
  }

  appendNull(): void {
    for (const child of this.children) child.appendNull();
  }

  buffers(): readonly Uint8Array[] {
    return [];
  }

  reset(): void {
    for (const child of this.children) child.reset();
  }
}

/** Append to every one of `columns` once for each small row, then call `endList`. */
export class ListBuilder<Column extends ColumnBuilder = ColumnBuilder> implements ColumnBuilder {
  rows = 0;
  readonly rowBytes = 4;
  readonly nulls = new Nulls();
  readonly children: readonly [ItemsBuilder];
  #offsets = new Int32Array(initialRows);

  constructor(readonly columns: readonly Column[]) {
    this.children = [new ItemsBuilder(columns)];
  }

  /** Bytes of all small rows so far. */
  get valueBytes(): number {
    const [items] = this.children;
    let bytes = items.rows * items.rowBytes;
    for (const column of this.columns) bytes += 'valueBytes' in column ? (column.valueBytes as number) : 0;
    return bytes;
  }

  /** The small rows since the last call are one list. */
  endList(): void {
    const next = ++this.rows;
    if (next === this.#offsets.length) this.#offsets = grownWords(this.#offsets);
    this.#offsets[next] = this.children[0].rows;
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
    this.children[0].reset();
  }
}
