/** The least or greatest value of a row, for each kind of value. */
import {
  type AnyColumn,
  type BytesColumn,
  DecimalColumn,
  type Int64Column,
  type NumberColumn,
} from '#columns/read/column-view';
import type { ColumnType } from '#columns/types/column-spec';
import { type Cells, grown, pick, sameCells } from './cells.js';
import type { Packer, Unpacker } from './packed-bytes.js';

export type Extreme = 'min' | 'max';

/** What a row without a value gives is undefined. */
export interface ExtremeCells extends Cells {
  value(row: number): number | bigint | string | undefined;
}

export function extremeCells(fn: Extreme, type: ColumnType): ExtremeCells {
  if (type.kind === 'int64' || type.kind === 'timestamp') return new BigCells(fn);
  return type.kind === 'string' || type.kind === 'decimal' ? new BoxedCells(fn) : new NumberCells(fn);
}

/** Floats, int32 and dates; NaN stands for no value, and never is one. */
class NumberCells implements ExtremeCells {
  #values = new Float64Array(0);

  constructor(private readonly fn: Extreme) {}

  get bytes(): number {
    return this.#values.byteLength;
  }

  value(row: number): number | undefined {
    const value = this.#values[row]!;
    return Number.isNaN(value) ? undefined : value;
  }

  reserve(rows: number): void {
    const before = this.#values.length;
    this.#values = grown(this.#values, rows).fill(Number.NaN, before);
  }

  fold(row: number, column: AnyColumn, at: number): void {
    this.#take(row, (column as NumberColumn).number(at));
  }

  merge(row: number, from: Cells, at: number): void {
    this.#take(row, sameCells(from, NumberCells).#values[at]!);
  }

  pack(rows: Uint32Array, packer: Packer): void {
    packer.words(pick(this.#values, rows));
  }

  unpack(rows: Uint32Array, unpacker: Unpacker): void {
    const values = unpacker.floats(rows.length);
    for (let i = 0; i < rows.length; i++) this.#values[rows[i]!] = values[i]!;
  }

  #take(row: number, value: number): void {
    const known = this.#values[row]!;
    // Written so that anything replaces NaN, and NaN replaces nothing.
    if ((this.fn === 'min' ? !(known <= value) : !(known >= value)) && !Number.isNaN(value)) this.#values[row] = value;
  }
}

/** int64 and timestamps. */
class BigCells implements ExtremeCells {
  #values = new BigInt64Array(0);
  #has = new Uint8Array(0);

  constructor(private readonly fn: Extreme) {}

  get bytes(): number {
    return this.#values.byteLength + this.#has.byteLength;
  }

  value(row: number): bigint | undefined {
    return this.#has[row] === 1 ? this.#values[row] : undefined;
  }

  reserve(rows: number): void {
    this.#values = grown(this.#values, rows);
    this.#has = grown(this.#has, rows);
  }

  fold(row: number, column: AnyColumn, at: number): void {
    this.#take(row, (column as Int64Column).bigint(at));
  }

  merge(row: number, from: Cells, at: number): void {
    const value = sameCells(from, BigCells).value(at);
    if (value !== undefined) this.#take(row, value);
  }

  pack(rows: Uint32Array, packer: Packer): void {
    packer.words(pick(this.#values, rows));
    packer.words(pick(this.#has, rows));
  }

  unpack(rows: Uint32Array, unpacker: Unpacker): void {
    const values = unpacker.bigints(rows.length);
    const has = unpacker.raw(rows.length);
    for (let i = 0; i < rows.length; i++) [this.#values[rows[i]!], this.#has[rows[i]!]] = [values[i]!, has[i]!];
  }

  #take(row: number, value: bigint): void {
    const known = this.#values[row]!;
    if (this.#has[row] === 1 && (this.fn === 'min' ? known <= value : known >= value)) return;
    this.#values[row] = value;
    this.#has[row] = 1;
  }
}

/** About what an object of the language takes beside its content. */
const boxBytes = 24;

/** Text, ordered by its UTF-8 bytes, and the units of decimals. */
class BoxedCells implements ExtremeCells {
  readonly #values: (bigint | string | undefined)[] = [];
  bytes = 0;

  constructor(private readonly fn: Extreme) {}

  value(row: number): bigint | string | undefined {
    return this.#values[row];
  }

  reserve(rows: number): void {
    while (this.#values.length < rows) this.#values.push(undefined);
  }

  fold(row: number, column: AnyColumn, at: number): void {
    this.#take(row, column instanceof DecimalColumn ? column.units(at) : (column as BytesColumn).text(at));
  }

  merge(row: number, from: Cells, at: number): void {
    const value = sameCells(from, BoxedCells).#values[at];
    if (value !== undefined) this.#take(row, value);
  }

  pack(rows: Uint32Array, packer: Packer): void {
    packer.block(Buffer.from(JSON.stringify(Array.from(rows, (row) => boxed(this.#values[row])))));
  }

  unpack(rows: Uint32Array, unpacker: Unpacker): void {
    const values = JSON.parse(Buffer.from(unpacker.block()).toString()) as Boxed[];
    for (let i = 0; i < rows.length; i++) this.#set(rows[i]!, unboxed(values[i]!));
  }

  #take(row: number, value: bigint | string): void {
    const known = this.#values[row];
    if (known !== undefined && (this.fn === 'min' ? !isLess(value, known) : !isLess(known, value))) return;
    this.#set(row, value);
  }

  #set(row: number, value: bigint | string | undefined): void {
    this.bytes += sizeOf(value) - sizeOf(this.#values[row]);
    this.#values[row] = value;
  }
}

/** A text as it is, a decimal's units in a list. */
type Boxed = string | [string] | null;

function boxed(value: bigint | string | undefined): Boxed {
  return typeof value === 'bigint' ? [String(value)] : (value ?? null);
}

function unboxed(value: Boxed): bigint | string | undefined {
  return Array.isArray(value) ? BigInt(value[0]) : (value ?? undefined);
}

function sizeOf(value: bigint | string | undefined): number {
  return value === undefined ? 0 : boxBytes + (typeof value === 'string' ? value.length : 16);
}

function isLess(a: bigint | string, b: bigint | string): boolean {
  return typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(b as string)) < 0 : a < (b as bigint);
}
