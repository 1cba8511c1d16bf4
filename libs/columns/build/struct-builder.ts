/** Builder for structs: they have no values of their own, only fields, and a bit for those that are missing. */
import type { ColumnBuilder } from './column-builder.js';
import { Nulls } from './nulls.js';

/** Append to every one of `children` once, then call `endStruct`. */
export class StructBuilder<Field extends ColumnBuilder = ColumnBuilder> implements ColumnBuilder {
  rows = 0;
  readonly rowBytes: number;
  readonly nulls = new Nulls();

  constructor(readonly children: readonly Field[]) {
    this.rowBytes = children.reduce((sum, { rowBytes }) => sum + rowBytes + 1 / 8, 0);
  }

  endStruct(): void {
    this.rows++;
  }

  /** The fields of a missing struct are missing too: Arrow wants a place for each. */
  appendNull(): void {
    this.nulls.note(this.rows);
    for (const child of this.children) child.appendNull();
    this.rows++;
  }

  buffers(): readonly Uint8Array[] {
    return [];
  }

  reset(): void {
    this.rows = 0;
    this.nulls.reset();
    for (const child of this.children) child.reset();
  }
}
