/** Rows of a table that takes some of the events, some of their columns, or the items of a list in them. */
import { columnNames, type DataFrame, emptyDataFrame } from '#columns/polars/data-frames';
import { describe } from '#columns/polars/describe';
import { listItems } from '#columns/polars/list-items';
import { quoteName, runSql } from '#columns/polars/sql';
import type { ColumnSpec } from '#columns/types/column-spec';
import { DataFrameError } from '#columns/types/data-frame-error';
import { stepsOf } from '#pipeline/model/field-path';
import type { Taking } from '#pipeline/model/model';
import { originColumns } from '../raw/raw-columns.js';
import { rowWiseProblem } from '../row-wise/row-wise-problem.js';

/** Which item of its list a row is, from 0. */
const positionColumn = '_position';
/** The list on its way to rows; no expression has this name by chance. */
const listColumn = '_unnested list';

/** @throws SqlError, DataFrameError when the SQL fails on some row, or on any */
export function takenRows(events: DataFrame, { where, columns, unnest }: Taking): DataFrame {
  const chosen = where === undefined ? events : runSql(`SELECT * FROM events WHERE (${where})`, { events });
  if (columns === undefined) return chosen;
  const has = new Set(columnNames(events));
  const origin = originColumns.filter(({ name }) => has.has(name)).map(({ name }) => quoteName(name));
  if (unnest === undefined)
    return runSql(`SELECT ${[...columns, ...origin].join(', ')} FROM events`, { events: chosen });
  const list = ['events', ...stepsOf(unnest)].map(quoteName).join('.');
  const lists = runSql(
    `SELECT ${columns.join(', ')}, ${list} AS ${quoteName(listColumn)}${origin.map((name) => `, ${name}`).join('')} FROM events`,
    { events: chosen },
  );
  return withItems(lists, stepsOf(unnest).at(-1)!);
}

const known = new WeakMap<readonly ColumnSpec[], Map<Taking, readonly ColumnSpec[]>>();

/** Columns of these rows; the same list again for the same `columns`. @throws as `takenRows` */
export function takenColumns(columns: readonly ColumnSpec[], taking: Taking): readonly ColumnSpec[] {
  const byTaking = known.get(columns) ?? new Map<Taking, readonly ColumnSpec[]>();
  const found = byTaking.get(taking) ?? foundWithoutRows(columns, taking);
  known.set(columns, byTaking.set(taking, found));
  return found;
}

/** What the SQL does that looks at several rows; undefined when nothing does. @throws as `takenRows` */
export function takingProblem(columns: readonly ColumnSpec[], { where, columns: chosen }: Taking): string | undefined {
  const events = emptyDataFrame(columns);
  const asked = [
    ...(where === undefined ? [] : [`SELECT * FROM events WHERE (${where})`]),
    ...(chosen === undefined ? [] : [`SELECT ${chosen.join(', ')} FROM events`]),
  ];
  return asked.map((sql) => rowWiseProblem(sql, events, {})).find((problem) => problem !== undefined);
}

function foundWithoutRows(columns: readonly ColumnSpec[], taking: Taking): readonly ColumnSpec[] {
  const rows = takenRows(emptyDataFrame(columns), taking);
  const isRequired = new Map(columns.map(({ name, nullable }) => [name, taking.columns === undefined && !nullable]));
  return describe(rows, columnNames(rows)).map((column) => ({
    ...column,
    nullable: isRequired.get(column.name) !== true,
  }));
}

/** Items that are objects become columns, others one column of the list's name. */
function withItems(rows: DataFrame, listName: string): DataFrame {
  const [list] = describe(rows, [listColumn]);
  if (list?.type.kind !== 'list')
    throw new DataFrameError(`"${listName}" is no list: unnest makes rows of the items of one`);
  const { type } = list.type.item;
  const item = `t.${quoteName(listColumn)}`;
  const columns =
    type.kind === 'struct'
      ? type.fields.map(({ name }) => `${item}.${quoteName(name)} AS ${quoteName(name)}`)
      : [`${item} AS ${quoteName(listName)}`];
  const names = columnNames(rows).flatMap((name) =>
    name === listColumn ? [quoteName(positionColumn), ...columns] : [quoteName(name)],
  );
  const twin = type.kind === 'struct' && type.fields.find(({ name }) => columnNames(rows).includes(name));
  if (twin)
    throw new DataFrameError(
      `the items of "${listName}" have a column "${twin.name}", and their event too: name that of the event otherwise, e.g. columns: ["${twin.name} AS event_${twin.name}"]`,
    );
  return runSql(`SELECT ${names.join(', ')} FROM t`, { t: listItems(rows, listColumn, positionColumn) });
}
