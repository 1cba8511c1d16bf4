/** The tasks and logs of a pipeline: who reads what and writes what. Every service and the command line derive the same list. */
import { frontStreamOf, streamOf, type LogName, type LogStage } from '#frame/log-name';
import type { Pipeline, Source, Table, Window } from '#pipeline/model';
import { windowKeyHolds } from '#pipeline/window-facts';

export type Service = 'ingest' | 'validate' | 'enrich' | 'aggregate' | 'lake-writer';

export interface IngestTask {
  readonly kind: 'ingest';
  readonly name: string;
  readonly source: Source;
  /** The stream producers write to, and the subjects to take from it (all when empty). */
  readonly front: { readonly stream: string; readonly own: boolean; readonly filter: readonly string[] };
  readonly outputs: readonly LogName[];
}

/** A task that reads logs and writes one log. */
export interface LogTaskSpec {
  readonly kind: 'validate' | 'enrich' | 'reduce' | 'merge' | 'window';
  readonly name: string;
  /** Source (validate, enrich) or window. */
  readonly of: string;
  readonly inputs: readonly LogName[];
  readonly output: LogName;
}

export interface LakeTask {
  readonly kind: 'lake';
  readonly name: string;
  readonly table: Table;
  readonly inputs: readonly LogName[];
}

export type Task = IngestTask | LogTaskSpec | LakeTask;

export interface Topology {
  readonly pipeline: Pipeline;
  readonly tasks: readonly Task[];
}

export function topologyOf(pipeline: Pipeline): Topology {
  const sources = Object.values(pipeline.sources);
  const windows = Object.values(pipeline.windows);
  return {
    pipeline,
    tasks: [
      ...sources.map((source) => ingestTask(pipeline, source)),
      ...sources.flatMap((source) => stageTasks(pipeline, source, 'validate', 'raw', 'valid')),
      ...sources.flatMap((source) => stageTasks(pipeline, source, 'enrich', 'valid', 'enriched')),
      ...windows.flatMap((window) => windowTasks(pipeline, window)),
      ...Object.values(pipeline.lake.tables).map((table) => lakeTask(pipeline, table)),
    ],
  };
}

export function serviceOf(task: Task): Service {
  switch (task.kind) {
    case 'ingest':
    case 'validate':
    case 'enrich':
      return task.kind;
    case 'lake':
      return 'lake-writer';
    default:
      return 'aggregate';
  }
}

/** Whether one partition's task can compute the window alone: its key holds the partition key, or there is one partition. */
export function isLocal(pipeline: Pipeline, window: Window): boolean {
  const source = pipeline.sources[window.from]!;
  return source.partitions === 1 || windowKeyHolds(source.key, window);
}

/** Names of the tasks that read `log`: it may be trimmed only behind all of them. */
export function readersOf(topology: Topology, log: LogName): string[] {
  const stream = streamOf(log);
  return topology.tasks.filter((task) => task.kind !== 'ingest' && task.inputs.some((input) => streamOf(input) === stream)).map((task) => task.name);
}

function logsOf(pipeline: Pipeline, stage: LogStage, of: string, partitions: number): LogName[] {
  return Array.from({ length: partitions }, (_, partition) => ({ pipeline: pipeline.name, stage, of, partition }));
}

function ingestTask(pipeline: Pipeline, source: Source): IngestTask {
  const { front } = source;
  return {
    kind: 'ingest',
    name: `ingest.${source.name}`,
    source,
    front: front.kind === 'subjects'
      ? { stream: frontStreamOf(pipeline.name, source.name), own: true, filter: [] }
      : { stream: front.stream, own: false, filter: front.filter ? [front.filter] : [] },
    outputs: logsOf(pipeline, 'raw', source.name, source.partitions),
  };
}

function stageTasks(pipeline: Pipeline, source: Source, kind: 'validate' | 'enrich', from: LogStage, to: LogStage): LogTaskSpec[] {
  const inputs = logsOf(pipeline, from, source.name, source.partitions);
  const outputs = logsOf(pipeline, to, source.name, source.partitions);
  return inputs.map((input, p) => ({ kind, name: `${kind}.${source.name}.${p}`, of: source.name, inputs: [input], output: outputs[p]! }));
}

function windowTasks(pipeline: Pipeline, window: Window): LogTaskSpec[] {
  const { partitions } = pipeline.sources[window.from]!;
  const inputs = logsOf(pipeline, 'enriched', window.from, partitions);
  const local = isLocal(pipeline, window);
  const outputs = logsOf(pipeline, local ? 'results' : 'delta', window.name, partitions);
  const kind = local ? 'window' : 'reduce';
  const perPartition = inputs.map((input, p): LogTaskSpec => ({ kind, name: `${kind}.${window.name}.${p}`, of: window.name, inputs: [input], output: outputs[p]! }));
  if (local) return perPartition;
  const [output] = logsOf(pipeline, 'results', window.name, 1);
  return [...perPartition, { kind: 'merge', name: `merge.${window.name}`, of: window.name, inputs: outputs, output: output! }];
}

function lakeTask(pipeline: Pipeline, table: Table): LakeTask {
  return { kind: 'lake', name: `lake.${table.name}`, table, inputs: tableInputs(pipeline, table) };
}

function tableInputs(pipeline: Pipeline, table: Table): LogName[] {
  if (table.stage === 'results') {
    const window = pipeline.windows[table.of]!;
    return logsOf(pipeline, 'results', table.of, isLocal(pipeline, window) ? pipeline.sources[window.from]!.partitions : 1);
  }
  const { partitions } = pipeline.sources[table.of]!;
  if (table.stage !== 'rejected') return logsOf(pipeline, table.stage === 'raw' ? 'raw' : 'enriched', table.of, partitions);
  return [...logsOf(pipeline, 'enriched', table.of, partitions), ...refusingLogs(pipeline, table.of)];
}

/** Logs in which the windows of a source leave the events that they could not take. */
function refusingLogs(pipeline: Pipeline, source: string): LogName[] {
  const windows = Object.values(pipeline.windows).filter(({ from }) => from === source);
  return windows.flatMap((window) => logsOf(pipeline, isLocal(pipeline, window) ? 'results' : 'delta', window.name, pipeline.sources[source]!.partitions));
}
