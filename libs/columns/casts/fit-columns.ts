/** Rows that were made for other columns: those whose values fit, brought to the columns, and why the others do not fit. */

import { columnNames, type DataFrame, nullCount, pickRows, rowCount, slice } from '../polars/data-frames.js';
import { describe } from '../polars/describe.js';
import { dataFrameOf, nativeOf } from '../polars/native-data-frame.js';
import { quoteName, runSql } from '../polars/sql.js';
import { type ColumnSpec, type ColumnType, isNested } from '../types/column-spec.js';
import { isSame, mergedType } from '../types/merged-type.js';
import { typeNameOf } from '../types/type-name.js';
import { conform } from './conform.js';
import { exactWhere } from './exact-casts.js';

/** Why a row does not fit. */
export interface Misfit {
  readonly column: string;
  /** The column must have a value, and has none. */
  readonly missing: boolean;
  readonly message: string;
}

export interface Fitted {
  /** The rows that fit, in order: the wanted columns, then the others that the frame has, as they are. */
  readonly rows: DataFrame;
  /** By place among all rows; none: all fit. */
  readonly misfits: ReadonlyMap<number, Misfit>;
}

/** What is asked of one column. */
interface Test {
  readonly misfit: Misfit;
  /** SQL that is true where a row does not fit; undefined: none does. */
  readonly broken: string | undefined;
  /** The types have no values in common: rows that fit have null there. */
  readonly isStrange: boolean;
}

const relaxed = new WeakMap<readonly ColumnSpec[], readonly ColumnSpec[]>();

/**
 * Undefined when the frame is as it should be: that is a look of some microseconds. A nullable column that the frame lacks becomes null; those that
 * nobody asks for are left alone, and so are fields of objects.
 */
export function fitColumns(frame: DataFrame, wanted: readonly ColumnSpec[]): Fitted | undefined {
  const names = columnNames(frame);
  const types = typesOf(frame, wanted, names);
  const columns = withFieldsOf(wanted, types);
  if (columns.every((column, at) => isAsWanted(frame, column, types[at]))) return undefined;
  const tests = columns.flatMap((column, at) => testsOf(column, types[at]));
  const misfits = misfitsOf(frame, tests);
  const strange = new Set(tests.flatMap(({ isStrange, misfit }) => (isStrange ? [misfit.column] : [])));
  const rows = nativeOf(without(frame, misfits));
  const conformed = conform(dataFrameOf(rows.select(names.filter((name) => !strange.has(name)))), nullableOf(columns));
  const others = names.filter((name) => columns.every((column) => column.name !== name));
  return {
    misfits,
    rows: others.length === 0 ? conformed : dataFrameOf(nativeOf(conformed).hstack(rows.select(others).getColumns())),
  };
}

function typesOf(
  frame: DataFrame,
  columns: readonly ColumnSpec[],
  names: readonly string[],
): readonly (ColumnType | undefined)[] {
  const has = new Set(names);
  const known = new Map(
    describe(
      frame,
      columns.flatMap(({ name }) => (has.has(name) ? [name] : [])),
    ).map(({ name, type }) => [name, type]),
  );
  return columns.map(({ name }) => known.get(name));
}

/** Fields that only another version of the pipeline knows are kept, as columns are. The same list again where there are none. */
function withFieldsOf(
  columns: readonly ColumnSpec[],
  types: readonly (ColumnType | undefined)[],
): readonly ColumnSpec[] {
  const wider = columns.map((column, at) => {
    const is = types[at];
    const type = is && isNested(column.type) ? mergedType(column.type, is) : undefined;
    return type === undefined || isSame(type, column.type) ? column : { ...column, type };
  });
  return wider.every((column, at) => column === columns[at]) ? columns : wider;
}

function isAsWanted(frame: DataFrame, { name, type, nullable }: ColumnSpec, is: ColumnType | undefined): boolean {
  return is !== undefined && isSame(is, type) && (nullable || nullCount(frame, name) === 0);
}

function testsOf({ name, type, nullable }: ColumnSpec, is: ColumnType | undefined): Test[] {
  const value = quoteName(name);
  const missing: Misfit = {
    column: name,
    missing: true,
    message: `column "${name}" must have a value, and has none: another version of the pipeline took this event`,
  };
  const tests: Test[] = nullable ? [] : [{ misfit: missing, broken: is && `${value} IS NULL`, isStrange: false }];
  if (is === undefined || isSame(is, type)) return tests;
  const exact = exactWhere(value, is, type);
  const message = `column "${name}" is ${typeNameOf(type)}; another version of the pipeline took this event with a ${typeNameOf(is)} there that cannot become one without loss`;
  const broken =
    exact === 'all'
      ? undefined
      : exact === 'none'
        ? `${value} IS NOT NULL`
        : `(${value} IS NOT NULL AND NOT COALESCE(${exact}, FALSE))`;
  return [...tests, { misfit: { column: name, missing: false, message }, broken, isStrange: exact === 'none' }];
}

function misfitsOf(frame: DataFrame, tests: readonly Test[]): Map<number, Misfit> {
  const absent = tests.find(({ misfit, broken }) => misfit.missing && broken === undefined);
  if (absent) return new Map(Array.from({ length: rowCount(frame) }, (_, row) => [row, absent.misfit]));
  const asked = tests.filter(({ broken }) => broken !== undefined);
  if (asked.length === 0) return new Map();
  const found = runSql(`SELECT ${asked.map(({ broken }, at) => `${broken} AS b${at}`).join(', ')} FROM t`, {
    t: frame,
  }).toRecords();
  return new Map(
    found.flatMap((row, place) => {
      const first = asked.find((_, at) => row[`b${at}`] === true);
      return first ? [[place, first.misfit] as const] : [];
    }),
  );
}

function without(frame: DataFrame, misfits: ReadonlyMap<number, Misfit>): DataFrame {
  if (misfits.size === 0) return frame;
  const places = Array.from({ length: rowCount(frame) }, (_, row) => row).filter((row) => !misfits.has(row));
  return places.length === 0 ? slice(frame, 0, 0) : pickRows(frame, places);
}

/** Rows that lack a value they must have are gone by then. The same list again: what is built once for a list is found again. */
function nullableOf(columns: readonly ColumnSpec[]): readonly ColumnSpec[] {
  const known = relaxed.get(columns) ?? columns.map((column) => ({ ...column, nullable: true }));
  relaxed.set(columns, known);
  return known;
}
