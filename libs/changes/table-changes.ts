/** What becomes of the tables: each is found again by what fills it. */
import type { Table } from '#pipeline/model/model';
import { tableColumns } from '#stages/tables/compile-pipeline';
import { columnsWithPartitions } from '#stages/tables/table-rows';
import { breaking, type Change, compatible, paired, type Version } from './change.js';
import { columnChanges } from './column-changes.js';

export function tableChanges(before: Version, after: Version): Change[] {
  const { both, added, removed } = paired(byOrigin(before), byOrigin(after));
  return [
    ...both.flatMap(([, was, is]) => oneTable(before, was, after, is)),
    ...added.flatMap((from) => taken(before, byOrigin(after)[from]!) ?? [newTable(byOrigin(after)[from]!)]),
    ...removed.map((from) => compatible(byOrigin(before)[from]!.name, 'is not written any more, and stays as it is')),
  ];
}

function byOrigin({ compiled }: Version): Record<string, Table> {
  return Object.fromEntries(Object.values(compiled.pipeline.lake.tables).map((table) => [fillingOf(table), table]));
}

/** What fills a table, by which it is found again whatever its name; tables that take a part of it are found by name. */
function fillingOf({ name, from, taking }: Table): string {
  return taking && !taking.rest ? `${from} for ${name}` : from;
}

function newTable({ name, from }: Table): Change {
  return compatible(name, `is new: it begins with what the logs still hold of ${from}`);
}

/** The name of a table that held something else. */
function taken(before: Version, { name, from }: Table): Change[] | undefined {
  const was = before.compiled.pipeline.lake.tables[name];
  if (was === undefined || was.from === from) return undefined;
  return [
    breaking(name, `was filled from ${was.from}, and would be from ${from}: give the new table a name of its own`),
  ];
}

function oneTable(before: Version, was: Table, after: Version, is: Table): Change[] {
  if (was.name !== is.name) {
    const renamed = `is the table of ${is.from} instead of ${was.name}, which stays as it is: it begins with what the logs still hold`;
    return taken(before, is) ?? [compatible(is.name, renamed)];
  }
  const partitions = was.partitionBy.join('\n') === is.partitionBy.join('\n') ? [] : [otherPartitions(was, is)];
  return [
    ...partitions,
    ...otherRows(was, is),
    ...columnChanges(is.name, columnsOf(before, was), columnsOf(after, is)),
  ];
}

function otherRows({ taking: was }: Table, { name, taking: is }: Table): Change[] {
  const same = was?.where === is?.where && was?.unnest === is?.unnest;
  return same ? [] : [compatible(name, 'takes other rows from the restart on; those that are there stay')];
}

function otherPartitions(was: Table, is: Table): Change {
  const by = ({ partitionBy }: Table): string => `[${partitionBy.join(', ')}]`;
  return breaking(
    is.name,
    `is partitioned by ${by(was)}, and would be by ${by(is)}, so it would halt: keep its partitioning, or write to a new table`,
  );
}

/** Both versions have compiled, so their partition columns can be derived. */
function columnsOf({ compiled }: Version, table: Table) {
  const columns = columnsWithPartitions(tableColumns(compiled, table), table);
  return 'problem' in columns ? [] : columns;
}
