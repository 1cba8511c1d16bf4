/** Keys as bytes whose order is the order of the keys, column by column, nulls first. */
import {
  type AnyColumn,
  BoolColumn,
  BytesColumn,
  DecimalColumn,
  Int64Column,
  type NumberColumn,
} from '#columns/read/column-view';
import type { ColumnType } from '#columns/types/column-spec';
import { valueText } from './value-text.js';

const two32 = 2 ** 32;
const signBit = 0x8000_0000;

/** A byte string under construction: it grows, and is used again and again. */
export class KeyBytes {
  bytes = Buffer.alloc(256);
  length = 0;

  byte(value: number): void {
    if (this.length === this.bytes.length) this.#grow(1);
    this.bytes[this.length++] = value;
  }

  word(value: number): void {
    if (this.length + 4 > this.bytes.length) this.#grow(4);
    this.length = this.bytes.writeUInt32BE(value >>> 0, this.length);
  }

  raw(values: Uint8Array, start: number, end: number): void {
    if (this.length + end - start > this.bytes.length) this.#grow(end - start);
    const { bytes } = this;
    let at = this.length;
    if (end - start > 64) bytes.set(values.subarray(start, end), at);
    else for (let i = start; i < end; i++) bytes[at++] = values[i]!;
    this.length += end - start;
  }

  #grow(more: number): void {
    const larger = Buffer.alloc(2 * (this.bytes.length + more));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/**
 * For keys of these column types. Each value is a byte 1 and its bytes in order, or a byte 0 for null. Whole numbers and decimals are big endian with the sign
 * turned over; floats as IEEE 754 says, turned over when negative, with one zero and one NaN; text as UTF-8, and where more follows, a zero in it
 * is 00 FF and its end 00 00.
 */
export class KeyCodec {
  constructor(private readonly types: readonly ColumnType[]) {}

  /** Appends the key of a row to `key`. */
  encode(columns: readonly AnyColumn[], row: number, key: KeyBytes): void {
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]!;
      if (column.isNull(row)) {
        key.byte(0);
        continue;
      }
      key.byte(1);
      if (column instanceof BytesColumn) writeText(column, row, i === columns.length - 1, key);
      else if (column instanceof Int64Column) writeInt64(column, row, key);
      else if (column instanceof DecimalColumn) writeDecimal(column, row, key);
      else if (column instanceof BoolColumn) key.byte(column.value(row) ? 1 : 0);
      else writeNumber(column, row, this.types[i]!, key);
    }
  }

  /** The values of a key as JSON, in order of columns. */
  texts(bytes: Buffer, start: number, end: number): string[] {
    let at = start;
    return this.types.map((type, i) => {
      if (bytes[at++] === 0) return 'null';
      const last = i === this.types.length - 1;
      switch (type.kind) {
        case 'string': {
          const found = last ? { text: bytes.toString('utf8', at, end), next: end } : escapedText(bytes, at);
          at = found.next;
          return JSON.stringify(found.text);
        }
        case 'int64':
        case 'timestamp':
          at += 8;
          return valueText(int64At(bytes, at - 8), type);
        case 'decimal':
          at += 16;
          return valueText(decimalAt(bytes, at - 16), type);
        case 'float64':
          at += 8;
          return valueText(floatAt(bytes, at - 8), type);
        case 'bool':
          return String(bytes[at++] === 1);
        default:
          at += 4;
          return valueText((bytes.readUInt32BE(at - 4) ^ signBit) | 0, type);
      }
    });
  }
}

function writeText(column: BytesColumn, row: number, last: boolean, key: KeyBytes): void {
  const [start, end] = [column.start(row), column.end(row)];
  if (last) return key.raw(column.values, start, end);
  for (let at = start; at < end; at++) {
    key.byte(column.values[at]!);
    if (column.values[at] === 0) key.byte(0xff);
  }
  key.byte(0);
  key.byte(0);
}

function escapedText(bytes: Buffer, start: number): { text: string; next: number } {
  let end = start;
  while (bytes[end] !== 0 || bytes[end + 1] !== 0) end += bytes[end] === 0 ? 2 : 1;
  const plain = bytes.subarray(start, end);
  const text = plain.includes(0)
    ? Buffer.from(plain.filter((byte, at) => !(byte === 0xff && plain[at - 1] === 0)))
    : plain;
  return { text: text.toString('utf8'), next: end + 2 };
}

function writeInt64({ words }: Int64Column, row: number, key: KeyBytes): void {
  key.word(words[row * 2 + 1]! ^ signBit);
  key.word(words[row * 2]!);
}

function int64At(bytes: Buffer, at: number): number | bigint {
  const high = (bytes.readUInt32BE(at) ^ signBit) | 0;
  const value = high * two32 + bytes.readUInt32BE(at + 4);
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) + BigInt(bytes.readUInt32BE(at + 4));
}

function writeDecimal({ words }: DecimalColumn, row: number, key: KeyBytes): void {
  key.word(words[row * 4 + 3]! ^ signBit);
  for (let word = 2; word >= 0; word--) key.word(words[row * 4 + word]!);
}

function decimalAt(bytes: Buffer, at: number): bigint {
  let units = BigInt((bytes.readUInt32BE(at) ^ signBit) | 0);
  for (let word = 1; word < 4; word++) units = (units << 32n) + BigInt(bytes.readUInt32BE(at + word * 4));
  return units;
}

const float = new DataView(new ArrayBuffer(8));

function writeNumber(column: NumberColumn, row: number, { kind }: ColumnType, key: KeyBytes): void {
  if (kind !== 'float64') return key.word(column.number(row) ^ signBit);
  // One zero and one NaN: adding 0 turns -0 into 0.
  const value = column.number(row) + 0;
  float.setFloat64(0, Number.isNaN(value) ? Number.NaN : value);
  const [high, low] = [float.getUint32(0), float.getUint32(4)];
  const negative = high >= signBit;
  key.word(negative ? ~high : high ^ signBit);
  key.word(negative ? ~low : low);
}

function floatAt(bytes: Buffer, at: number): number {
  const [high, low] = [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
  const negative = high < signBit;
  float.setUint32(0, (negative ? ~high : high ^ signBit) >>> 0);
  float.setUint32(4, (negative ? ~low : low) >>> 0);
  return float.getFloat64(0);
}
