/** What a pipeline wants a table of its lake to be. */
import type { ColumnSpec } from '#columns/types/column-spec';
import { windowKeySetting } from '#lake/ground/window-key';
import { pipelineSetting, type TableWish } from '#lake/table/table-plan';
import type { Table } from '#pipeline/model/model';
import { type CompiledPipeline, columnsBefore, tableColumns } from '#stages/tables/compile-pipeline';
import { tableKinds } from '#stages/tables/table-kinds';
import { columnsWithPartitions } from '#stages/tables/table-rows';
import { sourceOfTable } from '#stages/topology/topology';

export interface LakeTableShape {
  /** Source whose events the table holds, directly or as results. */
  readonly source: string;
  /** Columns of the rows that the table takes. */
  readonly columnsBefore: readonly ColumnSpec[];
  /** Columns of its own rows, without derived partition columns. */
  readonly columns: readonly ColumnSpec[];
  readonly configuration: Readonly<Record<string, string>>;
}

export function lakeTableShape(compiled: CompiledPipeline, table: Table): LakeTableShape {
  const key = tableKinds[table.stage].key?.(compiled, table.origin) ?? [];
  return {
    source: sourceOfTable(compiled.pipeline, table).name,
    columnsBefore: columnsBefore(compiled, table),
    columns: tableColumns(compiled, table),
    configuration: {
      [pipelineSetting]: compiled.pipeline.name,
      ...(key.length > 0 && { [windowKeySetting]: key.join(',') }),
    },
  };
}

/** As lake-writer opens it; undefined when its partition columns cannot be derived, which `lint` says. */
export function tableWish(compiled: CompiledPipeline, table: Table): TableWish | undefined {
  const { columns: rows, configuration } = lakeTableShape(compiled, table);
  const columns = columnsWithPartitions(rows, table);
  return 'problem' in columns
    ? undefined
    : { name: table.name, columns, partitionBy: table.partitionBy, configuration };
}
