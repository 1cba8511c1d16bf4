/** Values as exact text, whatever their type: the way out of a frame that rounds nothing. */
import type { ColumnType } from '../types/column-spec.js';

/** SQL for the text of `sql`, a value of this type; timestamps: epoch us. */
export function exactText(sql: string, type: ColumnType): string {
  if (type.kind === 'string') return sql;
  return `CAST(${type.kind === 'timestamp' ? `CAST(${sql} AS BIGINT)` : sql} AS VARCHAR)`;
}

export function knownText(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}
