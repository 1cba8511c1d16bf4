/** The tasks and logs of a pipeline, derived from its stages: who reads what and writes what. Every service and the command line derive the same list. */
import type { ColumnSpec } from '#columns/types/column-spec';
import { type LogName, partitionToken, streamOf } from '#frame/log-name';
import type { Pipeline, Source, Table } from '#pipeline/model/model';
import { windowsOf } from '#pipeline/model/window-facts';
import type { AnyStage, Service, StageFacts, StageTask } from '../define/define-stage.js';
import { predecessorsOf } from '../define/generations.js';
import { allStages, logStages } from '../kinds/all-stages.js';
import { ingest } from '../kinds/ingest.js';
import { lake } from '../kinds/lake.js';
import { tableKinds } from '../tables/table-kinds.js';
import { type TaskFront, taskFront } from './task-front.js';

export type { Service };

export interface IngestTask {
  readonly stage: StageFacts;
  readonly name: string;
  readonly source: Source;
  readonly front: TaskFront;
  /** Of all generations, the oldest first; only those of the last one are written, the others closed. */
  readonly outputs: readonly LogName[];
}

/** A task that reads logs and writes one log. */
export interface LogTaskSpec extends StageTask {
  /** Logs of the tasks of the generation before whose state it takes over when they have ended; absent: none. */
  readonly inherits?: readonly LogName[];
}

export interface LakeTask {
  readonly stage: StageFacts;
  readonly name: string;
  readonly table: Table;
  readonly inputs: readonly LogName[];
}

export type Task = IngestTask | LogTaskSpec | LakeTask;

export interface Topology {
  readonly pipeline: Pipeline;
  /** Columns that enrich gives, by source: whoever opens logs compares the types that windows compute with. */
  readonly enriched: Readonly<Record<string, readonly ColumnSpec[]>>;
  readonly tasks: readonly Task[];
}

/** Of a compiled pipeline: stage by stage, in the order of an event's way. */
export function topologyOf({ pipeline, enriched }: Pick<Topology, 'pipeline' | 'enriched'>): Topology {
  return {
    pipeline,
    enriched,
    tasks: [
      ...Object.values(pipeline.sources).map((source) => ingestTask(pipeline, source)),
      ...logStages.flatMap((stage) => stage.per.names(pipeline).flatMap((origin) => tasksOf(pipeline, stage, origin))),
      ...Object.values(pipeline.lake.tables).map((table) => lakeTask(pipeline, table)),
    ],
  };
}

/** What is done with a task, by what it stands between. */
export interface ByTask<Result> {
  /** A front stream and logs. */
  ingest(task: IngestTask): Result;
  /** Logs and a log. */
  log(task: LogTaskSpec): Result;
  /** Logs and a table. */
  lake(task: LakeTask): Result;
}

export function byTask<Result>(task: Task, does: ByTask<Result>): Result {
  if ('front' in task) return does.ingest(task);
  return 'table' in task ? does.lake(task) : does.log(task);
}

export function ingestTasks({ tasks }: Pick<Topology, 'tasks'>): IngestTask[] {
  return tasks.filter((task) => 'front' in task);
}

export function lakeTasks({ tasks }: Pick<Topology, 'tasks'>): LakeTask[] {
  return tasks.filter((task) => 'table' in task);
}

/** The tasks of a stage between two logs. */
export function logTasksOf({ tasks }: Pick<Topology, 'tasks'>, { kind }: StageFacts): LogTaskSpec[] {
  return tasks.filter((task) => 'output' in task).filter(({ stage }) => stage.kind === kind);
}

export function serviceOf({ stage }: Task): Service {
  return stage.service;
}

/** The logs that a task reads. */
export function logsReadBy(task: Task): readonly LogName[] {
  return 'inputs' in task ? task.inputs : [];
}

/** The streams that a task reads: logs, or a front stream. */
export function streamsReadBy(task: Task): string[] {
  return 'front' in task ? [task.front.stream] : task.inputs.map(streamOf);
}

/** The logs that a task writes. */
export function logsWrittenBy(task: Task): readonly LogName[] {
  return byTask(task, { ingest: ({ outputs }) => outputs, log: ({ output }) => [output], lake: () => [] });
}

/** Names of the tasks that read `log`: it may be trimmed only behind all of them. */
export function readersOf(topology: Topology, log: LogName): string[] {
  const stream = streamOf(log);
  return topology.tasks
    .filter((task) => logsReadBy(task).some((input) => streamOf(input) === stream))
    .map((task) => task.name);
}

/** Kinds of logs that are of a window: all others are of a source. */
const windowLogs: ReadonlySet<string> = new Set(
  logStages.filter(({ per }) => per.unit === 'window').map(({ writes }) => writes),
);

/** Whether a log is of a window, and not of a source. */
export function isOfWindow({ stage }: Pick<LogName, 'stage'>): boolean {
  return windowLogs.has(stage);
}

/** The source whose events a log holds, or what was made of them. */
export function sourceOf({ sources, windows }: Pipeline, { stage, origin }: Pick<LogName, 'stage' | 'origin'>): Source {
  return sources[isOfWindow({ stage }) ? windows[origin]!.from : origin]!;
}

/** The source whose events, or what was made of them, a table holds. */
export function sourceOfTable(
  { sources, windows }: Pipeline,
  { stage, origin }: Pick<Table, 'stage' | 'origin'>,
): Source {
  return sources[tableKinds[stage].originKind === 'window' ? windows[origin]!.from : origin]!;
}

/** Whether a log is of partitions that the source had before. */
export function isFormer(pipeline: Pipeline, log: LogName): boolean {
  return (log.generation ?? 0) < sourceOf(pipeline, log).generations.length - 1;
}

/** Which logs. */
export interface WantedLogs {
  /** Those of this source, and of these windows over it. */
  readonly source: string;
  readonly windows: readonly string[];
  /** Default: all. */
  readonly kinds?: readonly string[];
  /** So many partitions of each generation; default: all. */
  readonly partitionsMax?: number;
}

/** In the order of an event's way. */
export function logsOf(pipeline: Pipeline, { source, windows, kinds, partitionsMax }: WantedLogs): LogName[] {
  return allStages.flatMap((stage) => {
    const { per, writes } = stage;
    if (writes === undefined || kinds?.includes(writes) === false) return [];
    const named = per.unit === 'source' ? [source] : windows;
    return per
      .names(pipeline)
      .filter((name) => named.includes(name))
      .flatMap((name) => logsWritten(pipeline, stage, name, partitionsMax));
  });
}

/** The logs that a stage writes for one source or window: one for each partition of each generation, the oldest first, or a single one. */
function logsWritten(
  pipeline: Pipeline,
  { per, writes: stage = '' }: StageFacts,
  origin: string,
  partitionsMax = Infinity,
): LogName[] {
  if (per.oneLog) return [{ pipeline: pipeline.name, stage, origin, partition: 0 }];
  return sourceOf(pipeline, { stage, origin }).generations.flatMap((partitions, generation) =>
    Array.from({ length: Math.min(partitions, partitionsMax) }, (_, partition) => ({
      pipeline: pipeline.name,
      stage,
      origin: origin,
      partition,
      ...(generation > 0 && { generation }),
    })),
  );
}

function ingestTask(pipeline: Pipeline, source: Source): IngestTask {
  return {
    stage: ingest,
    name: `${ingest.kind}.${source.name}`,
    source,
    front: taskFront(pipeline.name, source),
    outputs: logsWritten(pipeline, ingest, source.name),
  };
}

/** The tasks of a stage for one source or window. */
function tasksOf(pipeline: Pipeline, stage: AnyStage, origin: string): LogTaskSpec[] {
  const source = sourceOf(pipeline, { stage: stage.writes, origin });
  const [inputs, outputs] = [
    logsOf(pipeline, { source: source.name, windows: [origin], kinds: [stage.reads] }),
    logsWritten(pipeline, stage, origin),
  ];
  if (!stage.per.partitioned)
    return outputs.map((output) => ({ stage, name: `${stage.kind}.${origin}`, origin, inputs, output }));
  const goesOn = ({ generation = 0 }: LogName): boolean => stage.keepsState && generation > 0;
  return outputs.map((output, at) => ({
    stage,
    name: partitionTaskOf(stage, output),
    origin,
    inputs: [inputs[at]!],
    output,
    ...(goesOn(output) && { inherits: inherited(source, output, outputs) }),
  }));
}

/** The name of the task that writes a log of one partition. */
export function partitionTaskOf({ kind }: StageFacts, output: LogName): string {
  return `${kind}.${output.origin}.${partitionToken(output)}`;
}

function inherited(
  { generations }: Source,
  { generation = 0, partition }: LogName,
  logs: readonly LogName[],
): LogName[] {
  const partitions = predecessorsOf(partition, generations[generation - 1]!, generations[generation]!);
  return logs.filter((log) => (log.generation ?? 0) === generation - 1 && partitions.includes(log.partition));
}

function lakeTask(pipeline: Pipeline, table: Table): LakeTask {
  const { reads, readsWindows } = tableKinds[table.stage];
  const { name: source } = sourceOfTable(pipeline, table);
  const ofWindows = readsWindows
    ? windowsOf(pipeline, source).flatMap(({ name }) =>
        logsOf(pipeline, { source, windows: [name], kinds: [...windowLogs] }),
      )
    : [];
  return {
    stage: lake,
    name: `${lake.kind}.${table.name}`,
    table,
    inputs: [...logsOf(pipeline, { source, windows: [table.origin], kinds: [reads] }), ...ofWindows],
  };
}
