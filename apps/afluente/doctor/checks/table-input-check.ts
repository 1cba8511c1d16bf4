/** Check of the positions that stand in a table against the logs that it reads. */
import { checkOpen } from '#frame/lineage';
import { streamOf } from '#frame/log-name';
import { lakeTableShape } from '#runtime/lake-writer/lake-table-shape';
import { ingestOf } from '#runtime/logs/front-stream';
import { appIdIn, wasRecreated } from '#stages/tables/lake-input';
import type { LakeTask } from '#stages/topology/topology';
import type { Check } from '../check.js';
import type { Facts } from '../facts.js';
import { isLive, natsOf, streamFactsOf } from '../facts-of.js';
import type { Trouble } from '../finding.js';
import { seenOf } from '../looked.js';

const howToGoOn =
  'Restore NATS and the lake from backups that belong together (docs/operations.md, Backup and restore), or begin anew with another pipeline name and lake.';

export const tableInputCheck: Check = {
  id: 'table-input',
  severity: 'error',
  finds: 'a table has read more of a log than there is, less than was deleted, or another log of the same name',
  find: (facts) =>
    (seenOf(facts.lake)?.tables ?? []).flatMap(({ task, look }) => {
      const txns = seenOf(look)?.state?.txns;
      const said = natsOf(facts)?.tasks.find((other) => other.task.name === task.name);
      // A lake-writer that lives is ahead of what we have read.
      return txns && said && !isLive(facts, said) ? troublesOf(facts, task, txns) : [];
    }),
};

function troublesOf(facts: Facts, task: LakeTask, txns: ReadonlyMap<string, number>): Trouble[] {
  const ends = streamFactsOf(facts);
  const frontCreated = frontOf(facts, task);
  if (frontCreated === undefined) return [];
  return task.inputs.flatMap((log): Trouble[] => {
    const end = ends.get(streamOf(log));
    if (!end) return [];
    const input = { log: end, frontCreated };
    const subject = task.table.name;
    if (wasRecreated(txns.keys(), input))
      return [
        {
          subject,
          message: `${end.stream} was deleted and made again since the table last read it`,
          remedy: howToGoOn,
        },
      ];
    const seq = txns.get(appIdIn(txns.keys(), input));
    const verdict =
      seq === undefined
        ? { kind: 'ok' as const }
        : checkOpen({ stream: end.stream, created: end.created, seq, hash: undefined }, end);
    return verdict.kind === 'ok'
      ? []
      : [{ subject, message: verdict.reason.replace('this task', 'the table'), remedy: howToGoOn }];
  });
}

/** Incarnation of the front stream of the table's source. */
function frontOf(facts: Facts, { table }: LakeTask): string | undefined {
  const pipeline = seenOf(facts.pipeline);
  if (!pipeline) return undefined;
  const { source } = lakeTableShape(pipeline.source.compiled, table);
  return streamFactsOf(facts).get(ingestOf(pipeline.topology, source).front.stream)?.created;
}
