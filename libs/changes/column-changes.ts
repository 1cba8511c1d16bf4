/** What becomes of the columns of a table: whether it can take the new ones says the same function that lake-writer asks. */
import type { ColumnSpec, ColumnType } from '#columns/types/column-spec';
import { typeNameOf } from '#columns/types/type-name';
import { decideSchema } from '#delta/evolve-schema';
import { breaking, type Change, compatible } from './change.js';

/** Digits of the largest integers. */
const int32Digits = 10;
const int64Digits = 19;
const elsewhere = 'write it under a new name, or to a new table';

/** @param table its name */
export function columnChanges(table: string, before: readonly ColumnSpec[], after: readonly ColumnSpec[]): Change[] {
  const twin = (columns: readonly ColumnSpec[], { name }: ColumnSpec): ColumnSpec | undefined =>
    columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
  const both = after.map((column) => ({ column, was: twin(before, column) }));
  const verdicts = both.map(({ column, was }) => ({ column, was, decision: was && decideSchema([was], [column]) }));
  const named = (chosen: typeof verdicts): string => chosen.map(({ column }) => column.name).join(', ');
  const relaxed = verdicts.filter(
    ({ was, column, decision }) => decision?.kind === 'evolve' && !was!.nullable && column.nullable,
  );
  const strict = verdicts.filter(
    ({ was, column, decision }) => decision?.kind === 'fits' && was!.nullable && !column.nullable,
  );
  return [
    ...verdicts.flatMap(({ column, was, decision }) =>
      decision?.kind === 'incompatible' ? [clash(`${table}.${column.name}`, was!, column, decision.reason)] : [],
    ),
    ...verdicts.flatMap(({ column, was }) => (was ? [] : [added(`${table}.${column.name}`, column)])),
    ...verdicts.flatMap(({ column, was, decision }) =>
      was && decision?.kind !== 'incompatible' ? fieldChanges(`${table}.${column.name}`, was.type, column.type) : [],
    ),
    ...before.filter((column) => !twin(after, column)).map((column) => removed(`${table}.${column.name}`, column)),
    ...(relaxed.length > 0 ? [compatible(table, `may have nulls in ${named(relaxed)} from now on`)] : []),
    ...(strict.length > 0 ? [compatible(table, `has no nulls in ${named(strict)} of new rows`)] : []),
  ];
}

function clash(what: string, before: ColumnSpec, after: ColumnSpec, reason: string): Change {
  return breaking(what, before.name === after.name ? typeChange(before.type, after.type) : `cannot be: ${reason}`);
}

function added(what: string, column: ColumnSpec): Change {
  return decideSchema([], [column]).kind === 'incompatible'
    ? breaking(
        what,
        'is new and is never null, but rows that were written before have no value for it, so the table would halt: let it be null (in the contract, leave it out of "required")',
      )
    : compatible(what, `is new (${typeNameOf(column.type)}), and null in the rows that are there`);
}

/** Objects may gain and lose fields, wherever they stand. */
function fieldChanges(what: string, before: ColumnType, after: ColumnType): Change[] {
  const [had, has] = [fieldsIn(before), fieldsIn(after)];
  const [gained, lost] = [has.filter((name) => !had.includes(name)), had.filter((name) => !has.includes(name))];
  return [
    ...(gained.length > 0 ? [compatible(what, `gains ${gained.join(', ')}, null in the rows that are there`)] : []),
    ...(lost.length > 0 ? [compatible(what, `has no ${lost.join(', ')} any more: null in new rows`)] : []),
  ];
}

/** Paths of all fields within a type. */
function fieldsIn(type: ColumnType): string[] {
  if (type.kind === 'list') return fieldsIn(type.item.type);
  if (type.kind !== 'struct') return [];
  return type.fields.flatMap((field) => [field.name, ...fieldsIn(field.type).map((name) => `${field.name}.${name}`)]);
}

function removed(what: string, column: ColumnSpec): Change {
  return decideSchema([column], []).kind === 'incompatible'
    ? breaking(
        what,
        'is gone, but the table holds it as never null, so it would halt: go on giving it, or write to a new table',
      )
    : compatible(what, 'is gone, and null in new rows');
}

/** No change of a type is possible: that would take the table feature typeWidening, which readers of version 1 do not know (Delta protocol, "Type Widening"). */
function typeChange(from: ColumnType, to: ColumnType): string {
  const how = isWider(from, to) ? 'is widened' : isWider(to, from) ? 'is narrowed' : 'changes its type';
  return `${how} from ${typeNameOf(from)} to ${typeNameOf(to)}, which no table of Delta reader version 1 can do, so it would halt: ${elsewhere}`;
}

/** Whether each value of `from`, or what is near it, is one of `to`. */
function isWider(from: ColumnType, to: ColumnType): boolean {
  const digits = wholeDigits(from);
  if (to.kind === 'decimal' && digits !== undefined) {
    const scale = from.kind === 'decimal' ? from.scale : 0;
    return to.scale >= scale && to.precision - to.scale >= digits;
  }
  if (to.kind === 'int64') return from.kind === 'int32';
  if (to.kind === 'float64') return from.kind === 'int32' || from.kind === 'int64';
  return to.kind === 'timestamp' && from.kind === 'date';
}

function wholeDigits(type: ColumnType): number | undefined {
  if (type.kind === 'decimal') return type.precision - type.scale;
  if (type.kind === 'int32') return int32Digits;
  return type.kind === 'int64' ? int64Digits : undefined;
}
