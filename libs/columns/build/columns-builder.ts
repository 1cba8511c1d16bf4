/** Collects rows into typed columns and encodes them as one Arrow IPC file (Feather v2, uncompressed). */
import type { ColumnSpec } from '../types/column-spec.js';
import { BinaryBuilder } from './binary-builder.js';
import { type AnyBuilder, builderOf } from './builder-of.js';
import type { ColumnBuilder } from './column-builder.js';
import { ColumnsTemplate } from './columns-template.js';
import { ListBuilder } from './list-builder.js';
import { StringBuilder } from './string-builder.js';

/**
 * Append one value to every column, then call `endRow`; `finish` encodes all rows, `reset` starts over with the same buffers.
 * Take the columns once, outside the loop over rows: `const seq = frame.column('_seq', Int64Builder)`.
 */
export class ColumnsBuilder {
  /** Complete rows so far. */
  rows = 0;
  readonly #template: ColumnsTemplate;
  readonly #builders: readonly AnyBuilder[];
  readonly #growing: readonly { readonly valueBytes: number }[];
  readonly #rowBytes: number;

  constructor(readonly columns: readonly ColumnSpec[]) {
    this.#template = ColumnsTemplate.of(columns);
    this.#builders = columns.map(({ type }) => builderOf(type));
    this.#growing = this.#builders.flatMap(growingIn);
    this.#rowBytes = this.#builders.reduce((sum, { rowBytes }) => sum + rowBytes + 1 / 8, 0);
  }

  /** About the bytes `finish` would return, for the price of a few additions. */
  get bytes(): number {
    let values = 0;
    for (const { valueBytes } of this.#growing) values += valueBytes;
    return this.#template.fixedBytes + Math.ceil(this.rows * this.#rowBytes + values);
  }

  /**
   * The builder of one column, by place or name.
   * @throws ColumnsBuilderError when there is no such column or its type needs another builder
   */
  column<B extends AnyBuilder>(which: number | string, kind: new (...args: never[]) => B): B {
    const at = typeof which === 'number' ? which : this.columns.findIndex(({ name }) => name === which);
    const builder = this.#builders[at];
    if (builder instanceof kind) return builder;
    const is = builder === undefined ? 'does not exist' : `is a ${this.columns[at]?.type.kind} column`;
    throw new ColumnsBuilderError(
      `column ${which} ${is}; ${kind.name} cannot fill it: ask for the builder of its type`,
    );
  }

  /** The builder of one column whatever its type, by place. */
  builder(at: number): AnyBuilder {
    const builder = this.#builders[at];
    if (builder === undefined) throw new ColumnsBuilderError(`there is no column ${at} among ${this.columns.length}`);
    return builder;
  }

  /** Call after one append to every column. */
  endRow(): void {
    this.rows++;
  }

  /**
   * The rows so far as an Arrow IPC file, in memory of its own. The builder keeps its rows until `reset`.
   * @throws ColumnsBuilderError when some column has not exactly one value per row
   */
  finish(): Uint8Array {
    for (let at = 0; at < this.#builders.length; at++) this.#check(at);
    return this.#template.encode(this.rows, this.#builders);
  }

  /** Forgets all rows, keeps the buffers. */
  reset(): void {
    this.rows = 0;
    for (const builder of this.#builders) builder.reset();
  }

  #check(at: number): void {
    const { rows } = this.builder(at);
    if (rows === this.rows) return;
    const name = this.columns[at]?.name;
    throw new ColumnsBuilderError(
      `column ${name} has ${rows} values for ${this.rows} rows: append to every column once, then call endRow`,
    );
  }
}

/** The builders, nested ones among them, whose bytes are more than their rows tell. */
function growingIn(builder: ColumnBuilder): { readonly valueBytes: number }[] {
  const nested = builder.children?.flatMap(growingIn) ?? [];
  return builder instanceof StringBuilder || builder instanceof BinaryBuilder || builder instanceof ListBuilder
    ? [builder, ...nested]
    : nested;
}

/** A frame was filled against its columns: a bug of the caller. */
export class ColumnsBuilderError extends Error {
  override readonly name = 'ColumnsBuilderError';
}
