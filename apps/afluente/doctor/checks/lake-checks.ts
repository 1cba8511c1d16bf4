/** Checks of the lake: whether it answers, and whether each table can be read and written on. */
import { upgradedByOther } from '#delta/protocol';
import type { TableLook } from '#lake/log/inspect-table';
import { boundElsewhere } from '#lake/table/table-binding';
import { planOpen } from '#lake/table/table-plan';
import { tableWish } from '#runtime/lake-writer/lake-table-shape';
import type { LakeTask } from '#stages/topology/topology';
import type { Check } from '../check.js';
import type { Facts } from '../facts.js';
import { natsOf } from '../facts-of.js';
import type { Trouble } from '../finding.js';
import { seenOf, toldBy } from '../looked.js';

const filesNamed = 3;
const howToRestore =
  'Restore it from a backup or an older version of the bucket, and switch off what deletes objects of the lake: only VACUUM of an engine that knows Delta may.';

const lakeUnnamed: Check = {
  id: 'lake-unnamed',
  severity: 'warning',
  finds: 'no lake is named, so nothing of it was looked at',
  find: ({ lake, pipeline }) =>
    lake || !pipeline.seen
      ? []
      : [
          {
            subject: 'lake',
            message: 'no lake is named, so no table was looked at',
            remedy:
              'Name the one that the services write with --lake or AFL_LAKE_URL, or set lake.url in pipeline.yaml.',
          },
        ],
};

const lakeUnreachable: Check = {
  id: 'lake-unreachable',
  severity: 'error',
  finds: 'the lake does not answer, refuses us, or is no folder',
  find: ({ lake }) =>
    !lake || lake.seen
      ? []
      : [
          {
            subject: 'lake',
            ...toldBy(
              lake.why,
              'Check its address (--lake, AFL_LAKE_URL, lake.url), AFL_S3_ENDPOINT, the credentials and the network.',
            ),
          },
        ],
};

interface Table {
  readonly task: LakeTask;
  readonly look: TableLook;
}

function tablesOf(facts: Facts): Table[] {
  return (seenOf(facts.lake)?.tables ?? []).flatMap(({ task, look }) =>
    look.seen ? [{ task, look: look.value }] : [],
  );
}

const tableUnusable: Check = {
  id: 'table-unusable',
  severity: 'error',
  finds:
    'the log of a table cannot be used: entries are missing or cannot be read, or the table needs another Delta protocol',
  find: (facts) =>
    tablesOf(facts).flatMap(({ task: { table }, look: { unusable, lostCheckpoint } }): Trouble[] => {
      if (unusable === undefined || lostCheckpoint !== undefined) return [];
      const reason = unusable.replace(`Table ${table.name} cannot be used: `, '');
      return [
        {
          subject: table.name,
          ...toldBy(
            new Error(reason),
            reason.includes(upgradedByOther) ? 'Restore it as it was, or write to another table.' : howToRestore,
          ),
        },
      ];
    }),
};

const checkpointMissing: Check = {
  id: 'checkpoint-missing',
  severity: 'error',
  finds: 'the checkpoint that _last_checkpoint names is not there',
  find: (facts) =>
    tablesOf(facts).flatMap(({ task: { table }, look: { lostCheckpoint } }) =>
      lostCheckpoint === undefined
        ? []
        : [
            {
              subject: table.name,
              message: `_last_checkpoint names checkpoint ${lostCheckpoint}, which is not there`,
              remedy: `${howToRestore} If all entries from 0 on are there, deleting _delta_log/_last_checkpoint is enough.`,
            },
          ],
    ),
};

const tableElsewhere: Check = {
  id: 'table-elsewhere',
  severity: 'error',
  finds: 'a table that the pipeline has written is not in this lake, or this one has another or an older copy',
  find: (facts) =>
    tablesOf(facts).flatMap(({ task, look: { state, unusable } }): Trouble[] => {
      const bound = seenOf(natsOf(facts)?.board)?.get(task.name)?.table;
      const reason = unusable === undefined ? boundElsewhere(bound, state, seenOf(facts.lake)!.url) : undefined;
      return reason === undefined ? [] : [{ subject: task.table.name, ...toldBy(new Error(reason), '') }];
    }),
};

const tableUnfit: Check = {
  id: 'table-unfit',
  severity: 'error',
  finds: "a table cannot take the pipeline's columns: its types, partition columns or owner are others",
  find: (facts) =>
    planned(facts).flatMap(({ table, halt }) =>
      halt === undefined
        ? []
        : [
            {
              subject: table,
              ...toldBy(
                new Error(halt),
                'Set pipeline.yaml back to what the table has, or give it a new table (lake.tables).',
              ),
            },
          ],
    ),
};

const tableBehind: Check = {
  id: 'table-behind',
  severity: 'warning',
  finds: 'a table lacks columns that the pipeline gives',
  find: (facts) =>
    planned(facts).flatMap(({ table, lacks }) =>
      lacks.length === 0
        ? []
        : [
            {
              subject: table,
              message: `lacks the column${lacks.length > 1 ? 's' : ''} ${lacks.join(', ')}`,
              remedy: 'lake-writer adds them when it starts with this folder: restart the services.',
            },
          ],
    ),
};

/** What opening the table would come to. */
function planned(
  facts: Facts,
): Array<{ readonly table: string; readonly halt: string | undefined; readonly lacks: readonly string[] }> {
  const compiled = seenOf(facts.pipeline)?.source.compiled;
  return tablesOf(facts).flatMap(({ task: { table }, look: { state } }) => {
    const wish = compiled && tableWish(compiled, table);
    if (!state || !wish) return [];
    const plan = planOpen(state, wish);
    const known = new Set(state.columns.map(({ name }) => name));
    const halt = plan.kind === 'halt' ? plan.reason : undefined;
    return [
      {
        table: table.name,
        halt,
        lacks: plan.kind === 'evolve' ? wish.columns.map(({ name }) => name).filter((name) => !known.has(name)) : [],
      },
    ];
  });
}

const dataFileMissing: Check = {
  id: 'data-file-missing',
  severity: 'error',
  finds: 'data files of the newest commits of a table are not there',
  find: (facts) =>
    tablesOf(facts).flatMap(({ task: { table }, look: { missingFiles } }) =>
      missingFiles.length === 0
        ? []
        : [
            {
              subject: table.name,
              message: `${missingFiles.length} of its newest data files ${missingFiles.length === 1 ? 'is' : 'are'} not there: ${missingFiles.slice(0, filesNamed).join(', ')}`,
              remedy: `No query can read them. ${howToRestore}`,
            },
          ],
    ),
};

export const lakeChecks: readonly Check[] = [
  lakeUnnamed,
  lakeUnreachable,
  tableUnusable,
  checkpointMissing,
  tableElsewhere,
  tableUnfit,
  tableBehind,
  dataFileMissing,
];
