/** From the tasks of a service to what runs them. */
import { lateness, windowsOf } from '#pipeline/window-facts';
import { tableColumns, type CompiledPipeline } from '#stages/compile-pipeline';
import type { LogTaskSpec, Task } from '#stages/topology';
import { openStore } from '#store/open-store';
import { probeCreateOnly } from '#store/probe-create-only';
import type { ObjectStore } from '#store/object-store';
import { windowKeySetting } from '#lake/window-key';
import type { RuntimeContext } from './context.js';
import { IngestTask } from './ingest-task.js';
import { LakeBudget } from './lake-budget.js';
import { LakeTask } from './lake-task.js';
import { LogTask, type StepCall } from './log-task.js';
import { ConfigError } from './config.js';
import { MeteredStore } from './metered-store.js';
import type { PipelineSource } from './pipeline-source.js';
import { reasonOf } from './tellable-error.js';
import type { Runnable } from './task-status.js';

const STATEFUL: ReadonlySet<LogTaskSpec['kind']> = new Set(['validate', 'window', 'merge']);

export interface Runnables {
  readonly runnables: readonly Runnable[];
  /** Releases what the runnables share. */
  close(): Promise<void>;
}

/** What tasks need besides their context. */
export interface Parts {
  readonly compiled: CompiledPipeline;
  /** The lake; only lake tasks need it. */
  readonly store: ObjectStore | undefined;
  stepFor(task: LogTaskSpec): StepCall;
}

export async function runnablesFor(tasks: readonly Task[], context: RuntimeContext, source: PipelineSource, stepFor: (task: LogTaskSpec) => StepCall): Promise<Runnables> {
  source.watch((reference, error) => context.log.warn({ reference, reason: reasonOf(error) }, 'reference table not refreshed, the last one stays in use'));
  const store = tasks.some((task) => task.kind === 'lake') ? new MeteredStore(await openLake(context), context.metrics) : undefined;
  return { runnables: runnablesOf(tasks, context, { compiled: source.compiled, store, stepFor }), close: async () => store?.close() };
}

export function runnablesOf(tasks: readonly Task[], context: RuntimeContext, { compiled, store, stepFor }: Parts): Runnable[] {
  const budget = new LakeBudget(context.config.lakeBytesMax, tasks.filter(({ kind }) => kind === 'lake').length);
  return tasks.map((task): Runnable => {
    switch (task.kind) {
      case 'ingest':
        return new IngestTask(context, task, quietForMs(context, task.source.name));
      case 'lake':
        return lakeTask(task, context, compiled, { store: store!, budget });
      default:
        return new LogTask(context, task, STATEFUL.has(task.kind), stepFor(task));
    }
  });
}

/** How long silence needs telling: until the last window of the source has closed and can no longer be corrected. */
function quietForMs({ topology }: RuntimeContext, source: string): number {
  const { pipeline } = topology;
  const { outOfOrdernessMs } = pipeline.sources[source]!.eventTime;
  const sizes = windowsOf(pipeline, source).map((window) => window.sizeMs);
  return Math.max(0, ...sizes) + (lateness(pipeline, source) ?? 0) + outOfOrdernessMs;
}

function lakeTask(task: Extract<Task, { kind: 'lake' }>, context: RuntimeContext, compiled: CompiledPipeline, { store, budget }: { store: ObjectStore; budget: LakeBudget }): LakeTask {
  const { table } = task;
  const key = table.stage === 'results' ? compiled.windows[table.of]!.key : [];
  return new LakeTask(context, task, store, {
    source: table.stage === 'results' ? compiled.pipeline.windows[table.of]!.from : table.of,
    columns: tableColumns(compiled, table),
    configuration: key.length > 0 ? { [windowKeySetting]: key.join(',') } : {},
  }, budget);
}

/** Opens the lake's store and makes sure that two writers cannot both create the same log entry. */
export async function openLake({ config, topology }: Pick<RuntimeContext, 'config' | 'topology'>): Promise<ObjectStore> {
  const url = config.lakeUrl ?? topology.pipeline.lake.url;
  if (url === undefined) throw new ConfigError('no lake is named. Set lake.url in pipeline.yaml, AFL_LAKE_URL, or --lake, e.g. file:./data/lake or s3://bucket/prefix');
  const store = await openStore(url, { s3: config.s3 });
  await probeCreateOnly(store);
  return store;
}
