/** Does the work of a rehearsal, in whatever process it is called, and throws away what it gives. */
import { randomUUID } from 'node:crypto';
import { partitioner } from '#frame/partition';
import { LakeTable } from '#lake/table/lake-table';
import type { Message } from '#stages/raw/message-columns';
import { eventPlacer } from '#stages/raw/place-events';
import { type CompiledPipeline, columnsBefore, tableColumns } from '#stages/tables/compile-pipeline';
import { columnsWithPartitions, tableRows } from '#stages/tables/table-rows';
import { byTask, type IngestTask, type LakeTask, type LogTaskSpec, type Task } from '#stages/topology/topology';
import { MemoryStore } from '#store/memory-store';
import type { Outcome } from '../care/narrowing.js';
import type { Rehearsal } from '../care/rehearsal.js';
import { errorOf } from '../ground/safe-error.js';
import { runStep, tryRows } from '../steps/run-step.js';
import type { StepCall } from '../steps/step-call.js';

export interface RehearsalParts {
  readonly compiled: CompiledPipeline;
  readonly tasks: readonly Task[];
  stepFor(task: LogTaskSpec): StepCall;
}

/** Resolves also when the work throws: the process lives. */
export async function performRehearsal(parts: RehearsalParts, rehearsal: Rehearsal): Promise<Outcome> {
  const task = parts.tasks.find(({ name }) => name === rehearsal.task);
  try {
    return (task && (await perform(parts, task, rehearsal))) ?? { kind: 'passed' };
  } catch (error) {
    return { kind: 'failed', said: errorOf(error).message };
  }
}

function perform(
  { compiled, stepFor }: RehearsalParts,
  task: Task,
  rehearsal: Rehearsal,
): Promise<Outcome | undefined> {
  return byTask<Promise<Outcome | undefined>>(task, {
    ingest: async (one) => (rehearsal.kind === 'place' ? place(one, rehearsal.messages) : undefined),
    log: (one) => step(stepFor(one), one, rehearsal),
    lake: async (one) => (rehearsal.kind === 'commit' ? commit(compiled, one, rehearsal.sections) : undefined),
  });
}

/** On a state of its own: what a row does to a process it does on any. */
async function step(call: StepCall, task: LogTaskSpec, rehearsal: Rehearsal): Promise<Outcome | undefined> {
  if (rehearsal.kind === 'rows') return tryRows(call, task, rehearsal.frame, rehearsal.range, rehearsal.limits);
  if (rehearsal.kind === 'batch')
    await runStep(call, task, { frames: rehearsal.frames, state: undefined, limits: rehearsal.limits });
  return undefined;
}

/** Keys that come with a message are found without the bytes of its events, which may be deadly. */
const withoutMessage: Message = { subject: '', header: () => undefined };

function place({ source }: IngestTask, messages: readonly Uint8Array[]): undefined {
  const [find, partitionOf] = [eventPlacer(source), partitioner(source.partitions)];
  for (const message of messages)
    for (const { key } of find(message, withoutMessage)) if (key !== undefined) partitionOf(key);
}

async function commit(
  compiled: CompiledPipeline,
  { table }: LakeTask,
  sections: Extract<Rehearsal, { kind: 'commit' }>['sections'],
): Promise<undefined> {
  const columns = columnsWithPartitions(tableColumns(compiled, table), table);
  if ('problem' in columns) return;
  const { name, partitionBy } = table;
  const lake = await LakeTable.open({ store: new MemoryStore(), name, columns, partitionBy, engineInfo: 'rehearsal' });
  await lake.append({
    df: tableRows(sections, columnsBefore(compiled, table), table).rows,
    txns: [],
    nowMs: 0,
    commitId: randomUUID(),
  });
  await lake.close();
}
