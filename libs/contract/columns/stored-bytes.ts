/** How many bytes of a frame the values of an event take. */
import { Buffer } from 'node:buffer';
import type { ColumnType } from '#columns/types/column-spec';
import type { Stored } from '../values/stored.js';

/** Value or offset, and a bit for its absence. */
const fixedBytes: Readonly<Record<ColumnType['kind'], number>> = {
  bool: 1,
  int32: 5,
  date: 5,
  string: 5,
  binary: 5,
  list: 5,
  int64: 9,
  float64: 9,
  timestamp: 9,
  decimal: 17,
  struct: 1,
};
/** Of an array, the shortest item is a digit and a comma. */
const itemTextBytes = 2;

/** Upper bound, but for what each row takes. */
export function storedBytes(value: Stored, type: ColumnType): number {
  if (typeof value === 'string') return fixedBytes.string + Buffer.byteLength(value);
  if (!Array.isArray(value)) return emptyBytes(type);
  const values: readonly Stored[] = value;
  const own = fixedBytes[type.kind];
  if (type.kind === 'list') return values.reduce<number>((sum, item) => sum + storedBytes(item, type.item.type), own);
  const fields = type.kind === 'struct' ? type.fields : [];
  return fields.reduce((sum, field, at) => sum + storedBytes(values[at] ?? null, field.type), own);
}

/** Fields of a missing object take their place all the same, so `{}` in a list may take much more than it is long. */
export function bytesPerByteMax(columns: readonly { readonly type: ColumnType }[]): number {
  return columns.reduce((most, { type }) => Math.max(most, widestItem(type) / itemTextBytes), 1);
}

function emptyBytes(type: ColumnType): number {
  const own = fixedBytes[type.kind];
  return type.kind === 'struct' ? type.fields.reduce((sum, field) => sum + emptyBytes(field.type), own) : own;
}

/** Bytes of the item, in a list anywhere in the type, that takes most. */
function widestItem(type: ColumnType): number {
  if (type.kind === 'list') return Math.max(emptyBytes(type.item.type), widestItem(type.item.type));
  return type.kind === 'struct' ? type.fields.reduce((most, field) => Math.max(most, widestItem(field.type)), 0) : 0;
}
