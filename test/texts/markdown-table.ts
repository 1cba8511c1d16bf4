/** Tables of Markdown documents that are written by a program, between two comments that name them. */

/** @param rows cells as Markdown */
export function markdownTable(columns: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  return [columns, columns.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`.replaceAll('|  |', '| |'))
    .join('\n');
}

/** The document with this table between `<!-- name: … -->` and `<!-- end of name -->`. */
export function withTable(document: string, name: string, table: string): string {
  const [begin, end] = [document.indexOf(`<!-- ${name}: `), document.indexOf(`\n<!-- end of ${name} -->`)];
  const from = document.indexOf('-->', begin) + '-->'.length;
  if (begin < 0 || from > end)
    throw new Error(`a document has no lines "<!-- ${name}: … -->" and "<!-- end of ${name} -->"`);
  return `${document.slice(0, from)}\n${table}${document.slice(end)}`;
}
