/** Columns that were read: typed arrays over the bytes of the frame, without an object per value. */
import { Buffer } from 'node:buffer';
import type { Presence } from './presence.js';

/** Strings and byte strings: row `i` is `values[offsets[i] … offsets[i + 1]]`. */
export class BytesColumn {
  /** The same bytes as `values`, with Node's decoders. */
  readonly buffer: Buffer;

  constructor(
    readonly values: Uint8Array,
    readonly offsets: Int32Array,
    readonly presence: Presence,
  ) {
    this.buffer = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  }

  start(row: number): number {
    return this.offsets[row] ?? 0;
  }

  end(row: number): number {
    return this.offsets[row + 1] ?? 0;
  }

  isNull(row: number): boolean {
    return this.presence.isNull(row);
  }

  /** The row decoded as UTF-8; '' when missing. */
  text(row: number): string {
    return this.buffer.toString('utf8', this.start(row), this.end(row));
  }

  /** The bytes of the row, not copied. */
  bytes(row: number): Uint8Array {
    return this.values.subarray(this.start(row), this.end(row));
  }
}

/** int64 values and timestamps (microseconds since the epoch). */
export class Int64Column {
  /** Low and high word of each value. */
  readonly words: Int32Array;

  constructor(
    readonly values: BigInt64Array,
    readonly presence: Presence,
  ) {
    this.words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  }

  isNull(row: number): boolean {
    return this.presence.isNull(row);
  }

  /** The value as a number: exact within ±(2^53 - 1), where every sequence and every event time lies; 0 when missing. */
  number(row: number): number {
    return (this.words[row * 2 + 1] ?? 0) * 4_294_967_296 + ((this.words[row * 2] ?? 0) >>> 0);
  }

  bigint(row: number): bigint {
    return this.values[row] ?? 0n;
  }
}

/** int32 values, days since the epoch, and floats. */
export class NumberColumn {
  constructor(
    readonly values: Int32Array | Float64Array,
    readonly presence: Presence,
  ) {}

  isNull(row: number): boolean {
    return this.presence.isNull(row);
  }

  number(row: number): number {
    return this.values[row] ?? 0;
  }
}

/** Booleans, one byte per row. */
export class BoolColumn {
  constructor(
    readonly values: Uint8Array,
    readonly presence: Presence,
  ) {}

  isNull(row: number): boolean {
    return this.presence.isNull(row);
  }

  value(row: number): boolean {
    return this.values[row] === 1;
  }
}

/** 128-bit decimals as unscaled units. */
export class DecimalColumn {
  constructor(
    readonly words: Uint32Array,
    readonly presence: Presence,
  ) {}

  isNull(row: number): boolean {
    return this.presence.isNull(row);
  }

  units(row: number): bigint {
    let units = 0n;
    for (let word = 3; word >= 0; word--) units = (units << 32n) | BigInt(this.words[row * 4 + word] ?? 0);
    return BigInt.asIntN(128, units);
  }
}

/** A column of any type. */
export type AnyColumn = BytesColumn | Int64Column | NumberColumn | BoolColumn | DecimalColumn;
