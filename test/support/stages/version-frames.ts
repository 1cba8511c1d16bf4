/** Frames of versions of a pipeline whose columns have other types. */
import {
  Table as ArrowTable,
  type DataType,
  Float64,
  Int32,
  Int64,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { asTimestamps, readDataFrame, writeDataFrame } from '#columns/polars/data-frames';
import { runSql } from '#columns/polars/sql';
import type { ColumnSpec, ColumnType } from '#columns/types/column-spec';
import { type Section, section } from '#frame/sections';
import { inputFrame } from '#stages/topology/example-frames';

export const atMs = Date.UTC(2026, 0, 1);

export const columnsWith = (n: ColumnType): ColumnSpec[] => [
  { name: 'k', type: { kind: 'string' }, nullable: false },
  { name: 'n', type: n, nullable: true },
  { name: 'at', type: { kind: 'timestamp' }, nullable: false },
  { name: '_seq', type: { kind: 'int64' }, nullable: false },
  { name: '_index', type: { kind: 'int32' }, nullable: false },
  { name: '_arrived_at', type: { kind: 'timestamp' }, nullable: false },
];

export const columns = columnsWith({ kind: 'int64' });

export const arrow: Partial<Record<ColumnType['kind'], DataType>> = {
  int64: new Int64(),
  float64: new Float64(),
  string: new Utf8(),
};

/** Accepted events with these values, numbered from `seq` on. */
export function okSection(kind: 'int64' | 'float64' | 'string', values: readonly unknown[], seq: number): Section {
  const times = vectorFromArray(
    values.map(() => BigInt(atMs) * 1000n),
    new Int64(),
  );
  const table = new ArrowTable({
    k: vectorFromArray(
      values.map(() => 'k'),
      new Utf8(),
    ),
    n: vectorFromArray(values, arrow[kind]!),
    at: times,
    _seq: vectorFromArray(
      values.map((_, at) => BigInt(seq + at)),
      new Int64(),
    ),
    _index: vectorFromArray(
      values.map(() => 0),
      new Int32(),
    ),
    _arrived_at: times,
  });
  return section(
    'ok',
    'arrow',
    writeDataFrame(asTimestamps(readDataFrame(tableToIPC(table, 'file')), ['at', '_arrived_at']), 'lz4'),
    values.length,
  );
}

/** The same with a column that this version does not know. */
export function withMore({ data, rows }: Section): Section {
  return section(
    'ok',
    'arrow',
    writeDataFrame(runSql("SELECT *, 'x' AS more FROM t", { t: readDataFrame(data) }), 'lz4'),
    rows,
  );
}

export const frames = [
  inputFrame(1, [okSection('int64', [1n, null], 1)]),
  inputFrame(2, [okSection('float64', [2, 2.75, 3], 3)]),
  inputFrame(3, [okSection('string', ['4', 'four'], 6)]),
  inputFrame(4, [okSection('int64', [5n], 8)], { watermarkMs: atMs + 1e6, idle: true }),
];

/** By `_seq`: what is an integer, and what is none. */
export const fitting = [
  [1, 1],
  [2, null],
  [3, 2],
  [5, 3],
  [6, 4],
  [8, 5],
];

export const refusedSeqs = [4, 7];

export const sum = 15;

export const whyOf = (by: string, kind: string) => ({
  reason: 'type_changed',
  pointer: '/n',
  message: `${by}: column "n" is int64; another version of the pipeline took this event with a ${kind} there that cannot become one without loss`,
});
