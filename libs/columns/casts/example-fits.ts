/** Frames of one column, for specs of what fits into another. */
import { expect } from '@jest/globals';
import { type DataType, Float64, Int32, Int64, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { type DataFrame, readDataFrame, rowCount, sqlType } from '../polars/data-frames.js';
import { describe as typesOf } from '../polars/describe.js';
import { runSql } from '../polars/sql.js';
import type { ColumnSpec, ColumnType } from '../types/column-spec.js';
import { fitColumns } from './fit-columns.js';

export const decimal = (precision: number, scale: number): ColumnType => ({ kind: 'decimal', precision, scale });

export const column = (type: ColumnType, name = 'n', nullable = true): ColumnSpec => ({ name, type, nullable });

export const place: ColumnSpec = column({ kind: 'int32' }, 'place', false);

/** A frame of column `n`, and the places of its rows. */
export function dataFrameOf(type: ColumnType, values: readonly unknown[]): DataFrame {
  const places = vectorFromArray(
    values.map((_, at) => at),
    new Int32(),
  );
  if (type.kind === 'decimal') {
    const texts = readDataFrame(
      tableToIPC(new Table({ n: vectorFromArray(values, new Utf8()), place: places }), 'file'),
    );
    return runSql(`SELECT CAST(n AS ${sqlType(type)}) AS n, place FROM texts`, { texts });
  }
  const arrow: Partial<Record<ColumnType['kind'], DataType>> = {
    string: new Utf8(),
    int32: new Int32(),
    int64: new Int64(),
    float64: new Float64(),
  };
  return readDataFrame(tableToIPC(new Table({ n: vectorFromArray(values, arrow[type.kind]!), place: places }), 'file'));
}

/** What became of each value, as text; undefined: it does not fit. */
export function fitted(frame: DataFrame, to: ColumnType): (string | null | undefined)[] {
  const found = fitColumns(frame, [column(to), place]);
  if (!found) throw new Error('the frame is as it should be');
  expect(typesOf(found.rows, ['n'])[0]!.type).toEqual(to);
  const texts = new Map(
    runSql('SELECT place, CAST(n AS VARCHAR) AS n FROM t', { t: found.rows })
      .toRecords()
      .map((row) => [row['place'], row['n'] as string | null]),
  );
  expect(texts.size + found.misfits.size).toBe(rowCount(frame));
  return Array.from({ length: rowCount(frame) }, (_, row) => (found.misfits.has(row) ? undefined : texts.get(row)));
}
