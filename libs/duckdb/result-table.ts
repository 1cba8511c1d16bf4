/** A query's result as the cells of a table. */
import type { PlainValue } from './plain-converter.js';
import type { QueryResult } from './query-lake.js';

export interface ResultTable {
  readonly head: readonly string[];
  /** Null where there is no value. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Which columns hold nothing but numbers. */
  readonly numbers: readonly boolean[];
}

export function resultTable({ columns, rows }: QueryResult): ResultTable {
  return {
    head: columns,
    rows: rows.map((row) => row.map(cellText)),
    numbers: columns.map((_, i) => rows.length > 0 && rows.every((row) => row[i] === null || isNumeric(row[i]))),
  };
}

function cellText(value: PlainValue): string | null {
  return value === null
    ? null
    : typeof value === 'object'
      ? (pairsText(value) ?? JSON.stringify(value))
      : String(value);
}

/** `ce-type: order.created, X-Multi: 1` for a list of such pairs; undefined for anything else. */
function pairsText(value: PlainValue): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const pairs = value.map((item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item) && Object.keys(item).join() === 'name,value'
      ? `${String(item['name'])}: ${String(item['value'] ?? '')}`
      : undefined,
  );
  return pairs.every((pair) => pair !== undefined) ? pairs.join(', ') : undefined;
}

/** Decimals and large integers come as text. */
function isNumeric(value: PlainValue | undefined): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));
}
