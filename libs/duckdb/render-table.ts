/** A query's result as aligned text for a terminal. */
import type { QueryResult } from './query-lake.js';
import type { PlainValue } from './plain-converter.js';

const cellWidthMax = 60;

/** Numbers to the right, all else to the left; long cells are cut; the last line counts the rows. */
export function renderTable({ columns, rows }: QueryResult): string {
  const cells = rows.map((row) => row.map(cellText));
  const widths = columns.map((name, i) => cells.reduce((max, row) => Math.max(max, widthOf(row[i] ?? '')), widthOf(name)));
  const right = columns.map((_, i) => rows.length > 0 && rows.every((row) => row[i] === null || isNumeric(row[i])));
  const line = (texts: readonly string[]): string =>
    texts.map((text, i) => pad(text, widths[i] ?? 0, right[i] === true)).join('  ').trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  const count = `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`;
  return [line(columns), rule, ...cells.map(line), count].join('\n');
}

function cellText(value: PlainValue): string {
  const text = value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  // Data must not be able to steer the terminal.
  const safe = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const points = Array.from(safe);
  return points.length <= cellWidthMax ? safe : `${points.slice(0, cellWidthMax - 1).join('')}…`;
}

/** Decimals and large integers come as text. */
function isNumeric(value: PlainValue | undefined): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));
}

function widthOf(text: string): number {
  return Array.from(text).length;
}

function pad(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? space + text : text + space;
}
