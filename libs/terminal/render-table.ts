/** A table for a person: aligned columns that fit into the terminal; where they cannot, a line for each field. */
import { fitColumns } from './fit-columns.js';
import { printable } from './printable.js';
import { cutText, padText, widthOf } from './text-width.js';

export interface Table {
  readonly head: readonly string[];
  /** A text for each column of `head`; null where there is no value. */
  readonly rows: readonly (readonly Cell[])[];
  /** Which columns are numbers: they stand to the right, and are not cut. Default: none. */
  readonly numbers?: readonly boolean[];
}

/** What a cell shows. */
export type Cell = string | null;

const noValue = 'NULL';
const gap = '  ';
/** Without a terminal, a longer cell is whole and moves the rest of its line, so that one long text does not fill all other lines with spaces. */
const alignedMax = 120;

/**
 * @param columns of the terminal; undefined: there is none (a pipe, a file), and nothing is cut
 * @param dim how a person tells NULL from a text of these letters
 * @returns lines without an end
 */
export function renderTable(table: Table, columns: number | undefined, dim: Dim = asItIs): string {
  const head = table.head.map(printable);
  const rows = table.rows.map((row) => row.map((cell) => (cell === null ? null : printable(cell))));
  const widths = head.map((name, i) => ({
    natural: [head, ...rows].reduce(
      (widest, row) => Math.max(widest, widthOf(row[i] ?? noValue, columns === undefined ? alignedMax : columns + 1)),
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
      asItIs,
      dim,
    );
  const fitting = fitColumns(widths, columns - gap.length * (head.length - 1));
  return fitting === undefined
    ? records(head, rows, columns, dim)
    : grid(head, rows, fitting, table.numbers, cutText, dim);
}

type Dim = (text: string) => string;

function asItIs(text: string): string {
  return text;
}

function grid(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  widths: readonly number[],
  numbers: Table['numbers'],
  cut: typeof cutText,
  dim: Dim,
): string {
  const shown = (cell: Cell, width: number, toTheRight: boolean | undefined): string => {
    const text = padText(cut(cell ?? noValue, width), width, toTheRight);
    return cell === null ? dim(text) : text;
  };
  const line = (cells: readonly Cell[]): string =>
    widths
      .map((width, i) => shown(cells[i]!, width, numbers?.[i]))
      .join(gap)
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join(gap), ...rows.map(line)].join('\n');
}

/** The name of a field and its value on each line; a rule between rows. */
function records(head: readonly string[], rows: readonly (readonly Cell[])[], columns: number, dim: Dim): string {
  const names = Math.min(Math.max(...head.map((name) => widthOf(name, columns))), Math.floor(columns / 2) - gap.length);
  const values = columns - names - gap.length;
  const rule = '─'.repeat(columns);
  return [
    rule,
    ...rows.flatMap((row) => [
      ...head.map((name, i) => {
        const text = cutText(row[i] ?? noValue, values);
        return `${padText(cutText(name, names), names)}${gap}${row[i] === null ? dim(text) : text}`.trimEnd();
      }),
      rule,
    ]),
  ].join('\n');
}
