/** The DuckDB types and quoting of a table's columns. */
import type { ColumnType } from '#columns/types/column-spec';

const foreignTypes: ReadonlyMap<string, string> = new Map([
  ['byte', 'TINYINT'],
  ['short', 'SMALLINT'],
  ['float', 'FLOAT'],
  ['timestamp_ntz', 'TIMESTAMP'],
]);

export function duckType(type: ColumnType): string {
  switch (type.kind) {
    case 'string':
      return 'VARCHAR';
    case 'binary':
      return 'BLOB';
    case 'int32':
      return 'INTEGER';
    case 'int64':
      return 'BIGINT';
    case 'float64':
      return 'DOUBLE';
    case 'bool':
      return 'BOOLEAN';
    case 'date':
      return 'DATE';
    case 'timestamp':
      return 'TIMESTAMPTZ';
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${quoteName(field.name)} ${duckType(field.type)}`).join(', ')})`;
    case 'list':
      return `${duckType(type.item.type)}[]`;
  }
}

/** Of columns that only other writers fill. @param type as the table's schema names it @returns undefined where queries do not show them */
export function foreignDuckType(type: string): string | undefined {
  return foreignTypes.get(type);
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** DuckDB's parser ends at U+0000, its texts may hold it. */
export function quoteText(text: string | null): string {
  return text === null ? 'NULL' : `'${text.replaceAll("'", "''").replaceAll('\0', "' || chr(0) || '")}'`;
}
