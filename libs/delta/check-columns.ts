/** What a table can have as columns and partition columns without Delta's column mapping feature. */
import { type ColumnSpec, isNested } from '#columns/types/column-spec';

const forbidden = /[ ,;{}()\n\t=]/;
const decimalPrecisionMax = 38;

export type ColumnsCheck = { readonly kind: 'ok' } | { readonly kind: 'invalid'; readonly reason: string };

export function checkColumns(columns: readonly ColumnSpec[], partitionBy: readonly string[]): ColumnsCheck {
  const reason = wrongNames(columns) ?? wrongDecimals(columns) ?? wrongPartitions(columns, partitionBy);
  return reason === undefined ? { kind: 'ok' } : { kind: 'invalid', reason };
}

function wrongNames(columns: readonly ColumnSpec[]): string | undefined {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (name === '' || forbidden.test(name)) {
      return `column "${name}" has a character that Delta tables do not take (space , ; { } ( ) =): rename it, e.g. with AS in SQL`;
    }
    const folded = name.toLowerCase();
    if (seen.has(folded)) return `column "${name}" occurs twice; Delta tables do not tell upper from lower case`;
    seen.add(folded);
  }
  return firstIn(columns, wrongNames);
}

/** What is wrong within nested columns. */
function firstIn(
  columns: readonly ColumnSpec[],
  wrong: (columns: readonly ColumnSpec[]) => string | undefined,
): string | undefined {
  for (const { type } of columns) {
    const inner = type.kind === 'struct' ? type.fields : type.kind === 'list' ? [{ name: 'item', ...type.item }] : [];
    const reason = inner.length === 0 ? undefined : wrong(inner);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function wrongDecimals(columns: readonly ColumnSpec[]): string | undefined {
  for (const { name, type } of columns) {
    if (type.kind !== 'decimal') continue;
    const fits =
      type.precision >= 1 && type.precision <= decimalPrecisionMax && type.scale >= 0 && type.scale <= type.precision;
    if (!fits)
      return `column "${name}" is decimal(${type.precision},${type.scale}): use 1 to 38 digits, and no more decimals than digits`;
  }
  return firstIn(columns, wrongDecimals);
}

function wrongPartitions(columns: readonly ColumnSpec[], partitionBy: readonly string[]): string | undefined {
  for (const name of partitionBy) {
    const column = columns.find((c) => c.name === name);
    if (column === undefined) return `partition column "${name}" is no column of the table`;
    const { kind } = column.type;
    if (kind === 'binary' || isNested(column.type))
      return `partition column "${name}" is a ${kind}: partition by a text, number or date`;
  }
  if (new Set(partitionBy).size < partitionBy.length) return 'a partition column is named twice';
  if (partitionBy.length >= columns.length)
    return 'every column is a partition column: leave at least one for the files';
  return undefined;
}
