/** From the tasks of a service to what runs them. */
import { lateness, windowsOf } from '#pipeline/model/window-facts';
import type { CompiledPipeline } from '#stages/tables/compile-pipeline';
import {
  byTask,
  type LakeTask as LakeTaskSpec,
  type LogTaskSpec,
  lakeTasks,
  type Task,
} from '#stages/topology/topology';
import type { ObjectStore } from '#store/object-store';
import { openStore } from '#store/open-store';
import { probeCreateOnly } from '#store/probe-create-only';
import { WatchedStore } from '#store/watched-store';
import type { RuntimeContext } from '../cluster/context.js';
import { reasonOf } from '../ground/safe-error.js';
import type { Runnable } from '../ground/task-status.js';
import { IngestTask } from '../ingest/ingest-task.js';
import { LakeBudget } from '../lake-writer/lake-budget.js';
import { lakeTableShape } from '../lake-writer/lake-table-shape.js';
import { LakeTask } from '../lake-writer/lake-task.js';
import { MeteredStore } from '../lake-writer/metered-store.js';
import { LogTask } from '../log-task/log-task.js';
import { ConfigError } from '../settings/config-error.js';
import type { StepCall } from '../steps/step-call.js';

/** What tasks need besides their context. */
export interface Parts {
  readonly compiled: CompiledPipeline;
  /** The lake; only lake tasks need it. */
  readonly store: ObjectStore | undefined;
  stepFor(task: LogTaskSpec): StepCall;
}

/** Batches that the tasks of a process buffer together, bytes. */
const batchesBytesMax = 16 * 1024 * 1024;

export function runnablesOf(
  tasks: readonly Task[],
  whole: RuntimeContext,
  { compiled, store, stepFor }: Parts,
): Runnable[] {
  const context = sharing(whole, tasks.length);
  const budget = new LakeBudget(context.config.lakeBytesMax, lakeTasks({ tasks }).length);
  return tasks.map((task) =>
    byTask<Runnable>(task, {
      ingest: (spec) => new IngestTask(context, spec, quietForMs(context, spec.source.name)),
      log: (spec) => new LogTask(context, spec, spec.stage.keepsState, stepFor(spec)),
      lake: (spec) => lakeTask(spec, context, compiled, { store: store!, budget }),
    }),
  );
}

/** With many tasks, each takes smaller batches: a process may have to run all of them. */
function sharing(context: RuntimeContext, tasks: number): RuntimeContext {
  const batchBytesMax = Math.min(context.config.batchBytesMax, Math.ceil(batchesBytesMax / Math.max(1, tasks)));
  return { ...context, config: { ...context.config, batchBytesMax } };
}

/** How long silence needs telling: until the last window of the source has closed and can no longer be corrected. That of an event further ahead stays open. */
function quietForMs({ topology }: RuntimeContext, source: string): number {
  const { pipeline } = topology;
  const { outOfOrdernessMs, aheadMsMax } = pipeline.sources[source]!.eventTime;
  const sizes = windowsOf(pipeline, source).map((window) => window.sizeMs);
  return Math.max(0, ...sizes) + (lateness(pipeline, source) ?? 0) + outOfOrdernessMs + aheadMsMax;
}

function lakeTask(
  task: LakeTaskSpec,
  context: RuntimeContext,
  compiled: CompiledPipeline,
  { store, budget }: { store: ObjectStore; budget: LakeBudget },
): LakeTask {
  return new LakeTask(context, task, store, lakeTableShape(compiled, task.table), budget);
}

/** Opens the lake's store and makes sure that two writers cannot both create the same log entry. */
export async function openLake({
  config,
  topology,
  metrics,
  log,
}: Pick<RuntimeContext, 'config' | 'topology' | 'metrics' | 'log'>): Promise<ObjectStore> {
  const url = config.lakeUrl ?? topology.pipeline.lake.url;
  if (url === undefined)
    throw new ConfigError(
      'no lake is named. Set lake.url in pipeline.yaml, AFL_LAKE_URL, or --lake, e.g. file:./data/lake or s3://bucket/prefix',
    );
  const store = await openStore(url, { s3: config.s3 });
  const tellSilence = (error: Error | undefined): void =>
    error && log.warn({ reason: reasonOf(error) }, 'the lake is not open yet');
  await probeCreateOnly(new WatchedStore(store, tellSilence));
  return new MeteredStore(store, metrics);
}
