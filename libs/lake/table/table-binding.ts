/** Which table a pipeline writes: a mistyped lake, an empty one, that of somebody else or an old backup must not be taken for it. */
import type { TableState } from '#delta/table-state';

export interface TableBinding {
  /** The table's own id, which copies and backups of it keep: `metaData.id` of the Delta protocol. */
  readonly id: string;
  /** A version that the table had. */
  readonly version: number;
  /** Where it was, for people. */
  readonly lake: string;
}

/** Why a pipeline that has written `bound` may not use what it finds; undefined when it may. */
export function boundElsewhere(
  bound: TableBinding | undefined,
  found: TableState | undefined,
  lake: string,
): string | undefined {
  const difference = bound && differenceOf(bound, found, lake);
  if (difference === undefined) return undefined;
  return `${difference}, and this pipeline has written it before, to ${bound!.lake}. Name that lake (lake.url, AFL_LAKE_URL or --lake) or restore the table as it was; or set AFL_ACCEPT_NEW_LAKE=true for one start, to go on here with what the logs still hold`;
}

function differenceOf({ id, version }: TableBinding, found: TableState | undefined, lake: string): string | undefined {
  if (found === undefined) return `it is not in ${lake}`;
  if (found.metadata.id !== id) return `the one in ${lake} is another table of the same name`;
  if (found.version < version)
    return `the one in ${lake} is an older copy (version ${found.version} of at least ${version})`;
  return undefined;
}
