/** Decides what opening a table asks for: nothing, or an entry with new metadata. */
import type { ColumnSpec } from '#columns/types/column-spec';
import type { Metadata } from '#delta/actions';
import { checkColumns } from '#delta/check-columns';
import { decideSchema } from '#delta/evolve-schema';
import { encodeSchema } from '#delta/schema';
import type { TableState } from '#delta/table-state';

/** What a writer wants a table to be. */
export interface TableWish {
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  readonly partitionBy: readonly string[];
  /** Entries of the table's metadata; those of the table that are not named here stay. */
  readonly configuration: Readonly<Record<string, string>>;
}

export type OpenPlan =
  | { readonly kind: 'ready' }
  | { readonly kind: 'evolve'; readonly metadata: Metadata }
  | { readonly kind: 'halt'; readonly reason: string };

/** Entry of a table's metadata: the pipeline that writes it. */
export const pipelineSetting = 'afluente.pipeline';

const tableName = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

/** Why there can be no such table; undefined when there can. */
export function impossibleWish({ name, columns, partitionBy }: TableWish): string | undefined {
  if (!tableName.test(name))
    return 'its name must be letters, digits, "_", "-" and "." and start with a letter or digit';
  const check = checkColumns(columns, partitionBy);
  return check.kind === 'invalid' ? check.reason : undefined;
}

export function newMetadata(wish: TableWish, id: string, nowMs: number | undefined): Metadata {
  return {
    id,
    name: wish.name,
    format: { provider: 'parquet', options: {} },
    schemaString: encodeSchema(wish.columns),
    partitionColumns: wish.partitionBy,
    configuration: wish.configuration,
    ...(nowMs === undefined ? {} : { createdTime: nowMs }),
  };
}

export function planOpen(state: TableState, wish: TableWish): OpenPlan {
  const impossible = impossibleWish(wish);
  if (impossible !== undefined) return { kind: 'halt', reason: impossible };
  const { metadata } = state;
  if (metadata.partitionColumns.join('\n') !== wish.partitionBy.join('\n')) {
    const [is, asked] = [metadata.partitionColumns.join(', '), wish.partitionBy.join(', ')];
    return {
      kind: 'halt',
      reason: `it is partitioned by [${is}], not by [${asked}]: keep its partitioning, or write to a new table`,
    };
  }
  const [owner, self] = [metadata.configuration[pipelineSetting], wish.configuration[pipelineSetting]];
  if (owner !== undefined && self !== undefined && owner !== self)
    return { kind: 'halt', reason: `it belongs to pipeline "${owner}": give "${self}" another lake` };
  const schema = decideSchema(state.columns, wish.columns, state.foreign);
  if (schema.kind === 'incompatible') return { kind: 'halt', reason: schema.reason };
  const configured = Object.entries(wish.configuration).every(([key, value]) => metadata.configuration[key] === value);
  if (schema.kind === 'fits' && configured) return { kind: 'ready' };
  return {
    kind: 'evolve',
    metadata: {
      ...metadata,
      schemaString:
        schema.kind === 'evolve' ? encodeSchema(schema.columns, metadata.schemaString) : metadata.schemaString,
      configuration: { ...metadata.configuration, ...wish.configuration },
    },
  };
}
