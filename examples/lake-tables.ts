/** The tables of a lake as sub-queries; a table that has no commit yet reads as empty. */
import type { Query } from './example.js';

export interface LakeTables {
  /** A parenthesised SELECT of these columns of a table: name to SQL type and, optionally, expression. */
  read(table: string, columns: Readonly<Record<string, string>>, where?: string): string;
}

export async function lakeTables(query: Query): Promise<LakeTables> {
  const rows = await query('SELECT table_name FROM information_schema.tables');
  const present = new Set(rows.map((row) => String(row['table_name'])));
  return {
    read: (table, columns, where = 'true') => (present.has(table) ? select(table, columns, where) : empty(columns)),
  };
}

function select(table: string, columns: Readonly<Record<string, string>>, where: string): string {
  const list = Object.entries(columns).map(([name, type]) => `CAST("${name}" AS ${type}) AS "${name}"`);
  return `(SELECT ${list.join(', ')} FROM "${table}" WHERE ${where})`;
}

function empty(columns: Readonly<Record<string, string>>): string {
  const list = Object.entries(columns).map(([name, type]) => `CAST(NULL AS ${type}) AS "${name}"`);
  return `(SELECT ${list.join(', ')} WHERE false)`;
}
