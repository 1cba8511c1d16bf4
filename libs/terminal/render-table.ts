/** A table for a person: aligned columns that fit into the terminal; where they cannot, a line for each field. */
import { fitColumns } from './fit-columns.js';
import { printable } from './printable.js';
import { cutText, padText, widthOf } from './text-width.js';

export interface Table {
  readonly head: readonly string[];
  /** A text for each column of `head`. */
  readonly rows: readonly (readonly string[])[];
  /** Which columns are numbers: they stand to the right, and are not cut. Default: none. */
  readonly numbers?: readonly boolean[];
}

const gap = '  ';
/** Without a terminal, a longer cell is whole and moves the rest of its line, so that one long text does not fill all other lines with spaces. */
const alignedMax = 120;

/** @param columns of the terminal; undefined: there is none (a pipe, a file), and nothing is cut @returns lines without an end */
export function renderTable(table: Table, columns: number | undefined): string {
  const head = table.head.map(printable);
  const rows = table.rows.map((row) => row.map(printable));
  const widths = head.map((name, i) => ({
    natural: [head, ...rows].reduce(
      (widest, row) => Math.max(widest, widthOf(row[i] ?? '', columns === undefined ? alignedMax : columns + 1)),
      widthOf(name, 1),
    ),
    fixed: table.numbers?.[i] === true,
  }));
  if (columns === undefined)
    return grid(
      head,
      rows,
      widths.map(({ natural }) => natural),
      table.numbers,
      (text) => text,
    );
  const fitting = fitColumns(widths, columns - gap.length * (head.length - 1));
  return fitting === undefined ? records(head, rows, columns) : grid(head, rows, fitting, table.numbers, cutText);
}

function grid(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  numbers: Table['numbers'],
  cut: typeof cutText,
): string {
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, i) => padText(cut(cells[i] ?? '', width), width, numbers?.[i]))
      .join(gap)
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join(gap), ...rows.map(line)].join('\n');
}

/** The name of a field and its value on each line; a rule between rows. */
function records(head: readonly string[], rows: readonly (readonly string[])[], columns: number): string {
  const names = Math.min(Math.max(...head.map((name) => widthOf(name, columns))), Math.floor(columns / 2) - gap.length);
  const values = columns - names - gap.length;
  const rule = '─'.repeat(columns);
  return [
    rule,
    ...rows.flatMap((row) => [
      ...head.map((name, i) =>
        `${padText(cutText(name, names), names)}${gap}${cutText(row[i] ?? '', values)}`.trimEnd(),
      ),
      rule,
    ]),
  ].join('\n');
}
