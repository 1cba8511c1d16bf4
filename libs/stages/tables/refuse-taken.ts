/** What a table takes of rows. Those on which its SQL fails are found and refused, each with what the SQL says of it alone. */
import { concatDataFrames, type DataFrame, pickRows, rowCount, slice } from '#columns/polars/data-frames';
import type { Section } from '#frame/sections';
import type { Table } from '#pipeline/model/model';
import { eventsOf, whyOf } from '../rows/refuse-rows.js';
import type { TableRows } from './section-rows.js';
import { takenRows } from './taken-rows.js';

interface Found {
  /** What the SQL makes of rows, in order. */
  readonly taken: DataFrame[];
  /** What it says of those on which it fails, by place. */
  readonly failures: Map<number, string>;
}

/** @param rowsOf the rows of sections, before the table takes anything of them */
export function takeFrom(
  sections: readonly Section[],
  table: Table,
  rowsOf: (of: readonly Section[]) => TableRows,
): TableRows {
  const { taking, name } = table;
  const all = rowsOf(sections);
  if (!taking) return all;
  try {
    return { ...all, rows: takenRows(all.rows, taking) };
  } catch {
    const each = sections.map((section) => rowsOf([section]));
    const found = each.map(({ rows }) => search(rows, (piece) => takenRows(piece, taking)));
    const refused = found.flatMap(({ failures }, section) =>
      refusedOf(each[section]!.rows, failures, `table ${name}`).map((one) => ({ section, refused: one })),
    );
    const none = takenRows(slice(all.rows, 0, 0), taking);
    return {
      ...all,
      rows: concatDataFrames([none, ...found.flatMap(({ taken }) => taken)]),
      refused: [...all.refused, ...refused],
    };
  }
}

/** By halves: a piece that fails holds a row that does. */
function search(rows: DataFrame, take: (piece: DataFrame) => DataFrame): Found {
  const found: Found = { taken: [], failures: new Map() };
  const todo = [{ from: 0, count: rowCount(rows) }];
  for (let next = todo.pop(); next; next = todo.pop()) {
    const { from, count } = next;
    if (count === 0) continue;
    try {
      found.taken.push(take(slice(rows, from, count)));
    } catch (error) {
      const half = count >> 1;
      if (count === 1) found.failures.set(from, (error as Error).message.split('\n')[0]!);
      else todo.push({ from: from + half, count: count - half }, { from, count: half });
    }
  }
  return found;
}

function refusedOf(rows: DataFrame, failures: ReadonlyMap<number, string>, by: string) {
  const places = [...failures.keys()].sort((a, b) => a - b);
  if (places.length === 0) return [];
  return eventsOf(pickRows(rows, places), Infinity).map((event, at) => ({
    event,
    why: whyOf(by, 'step_failed', failures.get(places[at]!)!),
  }));
}
