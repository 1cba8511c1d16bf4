/** Columns of given values, as a frame would give them: for the tests of this folder. */
import {
  type AnyColumn,
  BoolColumn,
  BytesColumn,
  DecimalColumn,
  Int64Column,
  NumberColumn,
} from '#columns/read/column-view';
import { Presence } from '#columns/read/presence';
import type { ColumnType } from '#columns/types/column-spec';

/** Timestamps are microseconds, dates days, decimals units. */
export type ExampleValue = string | number | bigint | boolean | null;

export function exampleColumn({ kind }: ColumnType, values: readonly ExampleValue[]): AnyColumn {
  const presence = presenceOf(values);
  if (kind === 'string')
    return bytesColumn(
      values.map((value) => Buffer.from(String(value ?? ''))),
      presence,
    );
  if (kind === 'int64' || kind === 'timestamp')
    return new Int64Column(
      BigInt64Array.from(values, (value) => BigInt(value ?? 0)),
      presence,
    );
  if (kind === 'decimal')
    return new DecimalColumn(Uint32Array.from(values.flatMap((value) => wordsOf(BigInt(value ?? 0)))), presence);
  if (kind === 'bool') return new BoolColumn(Uint8Array.from(values, Number), presence);
  return new NumberColumn(
    kind === 'float64' ? Float64Array.from(values, Number) : Int32Array.from(values, Number),
    presence,
  );
}

function presenceOf(values: readonly ExampleValue[]): Presence {
  const nullBitmap = new Uint8Array((values.length + 7) >> 3);
  for (const [at, value] of values.entries()) if (value !== null) nullBitmap[at >> 3]! |= 1 << (at & 7);
  return Presence.of([
    { length: values.length, nullCount: values.filter((value) => value === null).length, nullBitmap },
  ]);
}

function bytesColumn(texts: readonly Buffer[], presence: Presence): BytesColumn {
  const offsets = new Int32Array(texts.length + 1);
  for (const [at, { length }] of texts.entries()) offsets[at + 1] = offsets[at]! + length;
  return new BytesColumn(Buffer.concat(texts), offsets, presence);
}

function wordsOf(units: bigint): number[] {
  return [0n, 32n, 64n, 96n].map((shift) => Number(BigInt.asUintN(32, units >> shift)));
}
