/** How wide the columns of a table may be, so that its lines fit into a terminal. */

/** A column of text that is narrower than this says too little. */
const narrowest = 8;

/** Of a table's column. */
export interface ColumnWidth {
  /** Of its widest cell. */
  readonly natural: number;
  /** Numbers are never cut: a part of one is another number. */
  readonly fixed: boolean;
}

/**
 * The widest columns are cut first, all to the same width.
 * @param room for all columns, without the gaps between them
 * @returns a width for each column; undefined when some would be too narrow to be read
 */
export function fitColumns(columns: readonly ColumnWidth[], room: number): number[] | undefined {
  const level = levelOf(columns, room);
  return level === undefined
    ? undefined
    : columns.map(({ natural, fixed }) => (fixed ? natural : Math.min(natural, level)));
}

/** The width that no column of text may exceed: narrower columns leave their part of the room to the wider ones. */
function levelOf(columns: readonly ColumnWidth[], room: number): number | undefined {
  let left = columns.reduce((rest, { natural, fixed }) => (fixed ? rest - natural : rest), room);
  const texts = columns
    .filter(({ fixed }) => !fixed)
    .map(({ natural }) => natural)
    .sort((a, b) => a - b);
  for (const [i, natural] of texts.entries()) {
    const level = Math.floor(left / (texts.length - i));
    if (natural > level) return level < narrowest ? undefined : level;
    left -= natural;
  }
  return left < 0 ? undefined : Infinity;
}
