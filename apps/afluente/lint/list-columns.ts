/** What the tables of a pipeline hold, for a person who writes SQL against them. */
import { typeName } from '#delta/schema';
import type { TableWish } from '#lake/table/table-plan';
import { renderTable } from '#terminal/render-table';

/** @param from what its rows are @param screenColumns undefined where there is no terminal */
export function listColumns(
  { name, columns, partitionBy }: TableWish,
  from: string,
  screenColumns: number | undefined,
): string {
  const folders = partitionBy.length === 0 ? '' : `, partitioned by ${partitionBy.join(', ')}`;
  const rows = columns.map((column) => [column.name, typeName(column.type), column.nullable ? '' : 'never null']);
  return `\n${name}: rows of ${from}${folders}\n${renderTable({ head: ['column', 'type', ''], rows }, screenColumns)}\n`;
}
