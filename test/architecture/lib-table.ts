/** The table of libraries in ARCHITECTURE.md: what each lib may import, and whether it does I/O. */
export interface LibRow {
  readonly name: string;
  readonly pure: boolean;
  /** Other libs it may import, whole or their types alone. */
  readonly mayImport: ReadonlyMap<string, 'all' | 'types'>;
}

const rowPattern = /^\| ([a-z][a-z-]*) \| [^|]+ \| (yes|no) \| ([^|]+) \|$/gm;
const typesOnly = / \(types only\)$/;

/** Throws when a cell of `may import` names no lib, so that a slip in the table does not loosen a rule. */
export function parseLibTable(markdown: string): Map<string, LibRow> {
  const cells = [...markdown.matchAll(rowPattern)].map(([, name = '', io = '', imports = '']) => ({
    name,
    pure: io === 'no',
    imports: imports.trim(),
  }));
  const rows = new Map<string, LibRow>();
  for (const { name, pure, imports } of cells) {
    const above = [...rows.keys()];
    const pureLibs = cells.filter((cell) => cell.pure && cell.name !== name).map((cell) => cell.name);
    rows.set(name, {
      name,
      pure,
      mayImport: new Map(
        importsOf(
          imports,
          above,
          pureLibs,
          cells.map((cell) => cell.name),
        ),
      ),
    });
  }
  return rows;
}

function importsOf(cell: string, above: string[], pureLibs: string[], known: string[]): [string, 'all' | 'types'][] {
  if (cell === '–' || cell === '-') return [];
  return cell.split(/, | and /).flatMap((word) => {
    if (word === 'everything above') return above.map((name) => [name, 'all']);
    if (word === 'all pure libs') return pureLibs.map((name) => [name, 'all']);
    const name = word.replaceAll('`', '').replace(typesOnly, '');
    if (!known.includes(name))
      throw new Error(`ARCHITECTURE.md, table of libraries: "${name}" in "may import" is no lib of the table.`);
    return [[name, typesOnly.test(word) ? 'types' : 'all']];
  });
}
