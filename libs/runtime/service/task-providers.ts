/** Providers of what runs tasks: in a service, its tasks as leases assign them; in a process of rehearsals, what it is asked to try. */
import type { Provider } from '@nestjs/common';
import { lakeTasks, type Task, type Topology } from '#stages/topology/topology';
import type { ObjectStore } from '#store/object-store';
import { Metrics } from '#telemetry/metrics';
import type { RuntimeContext } from '../cluster/context.js';
import { Leases } from '../cluster/leases.js';
import { TaskHost } from '../cluster/task-host.js';
import type { Config } from '../settings/config.js';
import { openLake, runnablesOf } from '../tasks/runnables.js';
import { openLeases } from '../tasks/shared-buckets.js';
import { FrameHandlers } from './frame-handlers.js';
import { PipelineSource } from './pipeline-source.js';
import { RehearsalRunner } from './rehearsal-runner.js';
import { ServiceLife } from './service-life.js';
import { CONFIG, CONTEXT, LAKE, LOGGER, SERVICE, TASK_RUNNER, TASKS, TOPOLOGY } from './tokens.js';

export const taskProviders: Provider[] = [
  { provide: LAKE, inject: [TASKS, CONFIG, TOPOLOGY, Metrics, LOGGER], useFactory: lakeOf },
  { provide: TaskHost, inject: [CONTEXT, TASKS, PipelineSource, LAKE, FrameHandlers], useFactory: hostOf },
  { provide: Leases, inject: [CONTEXT, SERVICE, TASKS, TaskHost], useFactory: openLeases },
  ServiceLife,
  { provide: TASK_RUNNER, useExisting: ServiceLife },
];

export const rehearsalProviders: Provider[] = [{ provide: TASK_RUNNER, useClass: RehearsalRunner }];

/** @throws ConfigError, or what the store says against it */
async function lakeOf(
  tasks: readonly Task[],
  config: Config,
  topology: Topology,
  metrics: Metrics,
  log: RuntimeContext['log'],
): Promise<ObjectStore | undefined> {
  return lakeTasks({ tasks }).length === 0 ? undefined : openLake({ config, topology, metrics, log });
}

function hostOf(
  context: RuntimeContext,
  tasks: readonly Task[],
  { compiled }: PipelineSource,
  store: ObjectStore | undefined,
  handlers: FrameHandlers,
): TaskHost {
  return new TaskHost(
    context,
    runnablesOf(tasks, context, { compiled, store, stepFor: (task) => handlers.stepFor(task) }),
  );
}
