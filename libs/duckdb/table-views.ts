/** The SQL that shows a table of the lake as a view over its current files. */
import { quoteName, quoteText } from './column-types.js';

/** A table as DuckDB is to see it. */
export interface TableView {
  readonly name: string;
  readonly columns: readonly ViewColumn[];
  readonly partitionBy: readonly string[];
  readonly files: readonly ViewFile[];
  /** Key columns besides `window_start`, when the table holds revisions of windows. */
  readonly windowKey: readonly string[] | undefined;
}

export interface ViewColumn {
  readonly name: string;
  /** DuckDB's. */
  readonly type: string;
}

export interface ViewFile {
  readonly path: string;
  readonly partitionValues: Readonly<Record<string, string | null>>;
}

/** Holds, per table, which file has which partition values. */
export const filesSchema = 'afluente_files';

/** Statements to run in order. */
export function viewStatements(view: TableView): string[] {
  const selected = view.columns.map((c) => quoteName(c.name)).join(', ');
  const sources = [emptyRelation(view.columns), ...(view.files.length === 0 ? [] : [filesRelation(view)])];
  const create = `CREATE VIEW ${quoteName(view.name)} AS SELECT ${selected} FROM (${sources.join(' UNION ALL BY NAME ')})`;
  return [...partitionStatements(view), create, ...latestStatements(view)];
}

/** Gives every column its type and place, whatever columns the files have. */
function emptyRelation(columns: readonly ViewColumn[]): string {
  const nulls = columns.map((c) => `CAST(NULL AS ${c.type}) AS ${quoteName(c.name)}`);
  return `SELECT ${nulls.join(', ')} WHERE false`;
}

/** Partition values come from the log by a join on the file's name: paths need not tell them, and joining costs as little as reading paths. */
function filesRelation(view: TableView): string {
  const paths = view.files.map((f) => quoteText(literalGlob(f.path))).join(', ');
  const read = `read_parquet([${paths}], union_by_name = true, hive_partitioning = false`;
  if (view.partitionBy.length === 0) return `SELECT * FROM ${read})`;
  const file = fileColumn(view);
  return `SELECT * EXCLUDE (${file}) FROM ${read}, filename = ${file}) JOIN ${filesTable(view)} USING (${file})`;
}

/** A name that no column of the table has; DuckDB does not tell upper from lower case. */
function fileColumn({ columns }: TableView): string {
  let name = '__file';
  while (columns.some((column) => column.name.toLowerCase() === name)) name += '_';
  return name;
}

/** `read_parquet` takes patterns; a folder's name may look like one. */
function literalGlob(path: string): string {
  return path.replace(/[*?[]/g, (c) => `[${c}]`);
}

function partitionStatements(view: TableView): string[] {
  if (view.partitionBy.length === 0 || view.files.length === 0) return [];
  const types = view.partitionBy.map((name) => view.columns.find((c) => c.name === name)?.type ?? 'VARCHAR');
  const columns = view.partitionBy.map((name, i) => `CAST(${quoteName(name)} AS ${types[i]}) AS ${quoteName(name)}`);
  const file = fileColumn(view);
  const names = [file, ...view.partitionBy].map(quoteName).join(', ');
  const rows = view.files.map(
    (f) => `(${[f.path, ...view.partitionBy.map((p) => f.partitionValues[p] ?? null)].map(quoteText).join(', ')})`,
  );
  return [
    `CREATE TABLE ${filesTable(view)} AS SELECT ${file}, ${columns.join(', ')} FROM (VALUES ${rows.join(', ')}) AS f(${names})`,
  ];
}

function latestStatements({ name, columns, windowKey }: TableView): string[] {
  const known = new Set(columns.map((c) => c.name));
  if (windowKey === undefined || !known.has('revision') || !known.has('window_start')) return [];
  const key = ['window_start', ...windowKey].map(quoteName).join(', ');
  return [
    `CREATE VIEW ${quoteName(`${name}_latest`)} AS SELECT * FROM ${quoteName(name)} ` +
      `QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY revision DESC) = 1`,
  ];
}

function filesTable(view: TableView): string {
  return `${filesSchema}.${quoteName(view.name)}`;
}
