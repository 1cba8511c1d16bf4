/** Providers of what every task of a process shares: the connection, what stands in buckets of NATS, metrics, traces. `CONTEXT` is all of it. */
import type { InjectionToken, Provider } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { inboxPrefixOf } from '#frame/log-name';
import { ObjectBucket } from '#nats/buckets/object-bucket';
import { connectNats } from '#nats/connection/connection';
import type { Nats } from '#nats/ground/nats';
import { type Service, serviceOf, type Task, type Topology } from '#stages/topology/topology';
import { Metrics } from '#telemetry/metrics';
import { Care } from '../care/care.js';
import { RehearsalProcess } from '../care/rehearsal-process.js';
import { WorkMarks } from '../care/work-marks.js';
import type { RuntimeContext } from '../cluster/context.js';
import { TaskHost } from '../cluster/task-host.js';
import { crashAt } from '../ground/crash-point.js';
import type { Logger } from '../ground/logger.js';
import { steadyClock } from '../ground/steady-clock.js';
import { TaskBoard } from '../ground/task-board.js';
import { version } from '../ground/version.js';
import { checkFrameColumns, checkLogSize } from '../logs/payload-limits.js';
import type { Config } from '../settings/config.js';
import { openTracing } from '../tasks/open-tracing.js';
import { openCare, openObjects, openTaskBoard } from '../tasks/shared-buckets.js';
import { PipelineSource } from './pipeline-source.js';
import { CLOCK, CONFIG, CONTEXT, CRASH, LOGGER, NATS, SERVICE, TASKS, TOPOLOGY, TRACING } from './tokens.js';

/** The parts of a context, and under which name each is injected. */
const partsOfContext = {
  config: CONFIG,
  nats: NATS,
  topology: TOPOLOGY,
  source: PipelineSource,
  objects: ObjectBucket,
  board: TaskBoard,
  metrics: Metrics,
  crash: CRASH,
  log: LOGGER,
  tracing: TRACING,
  care: Care,
  marks: WorkMarks,
  now: CLOCK,
} as const satisfies Readonly<Record<keyof Omit<RuntimeContext, 'logic'> | 'source', InjectionToken>>;

type Parts = Omit<RuntimeContext, 'logic'> & { readonly source: PipelineSource };

/** What a bucket is opened with: connection, settings, and the pipeline whose it is. */
const ground = [NATS, CONFIG, TOPOLOGY] as const;

export const contextProviders: Provider[] = [
  { provide: NATS, inject: [SERVICE, CONFIG, PipelineSource, LOGGER], useFactory: openNats },
  {
    provide: TASKS,
    inject: [SERVICE, TOPOLOGY],
    useFactory: (service: Service, { tasks }: Topology): Task[] => tasks.filter((task) => serviceOf(task) === service),
  },
  // The host is asked when somebody reads the metrics: it counts into them itself, so it comes later.
  {
    provide: Metrics,
    inject: [SERVICE, TOPOLOGY, ModuleRef],
    useFactory: (service: Service, { pipeline }: Topology, ref: ModuleRef) =>
      new Metrics(service, () => ref.get(TaskHost).readings(), { pipeline: pipeline.name }),
  },
  { provide: TRACING, inject: [SERVICE, CONFIG, LOGGER, Metrics], useFactory: openTracing },
  {
    provide: ObjectBucket,
    inject: [...ground],
    useFactory: (nats: Nats, config: Config, topology: Topology) => openObjects({ nats, config, topology }),
  },
  {
    provide: TaskBoard,
    inject: [...ground],
    useFactory: (nats: Nats, config: Config, topology: Topology) => openTaskBoard({ nats, config, topology }),
  },
  {
    provide: Care,
    inject: [...ground, LOGGER],
    useFactory: (nats: Nats, config: Config, topology: Topology, log: Logger) =>
      openCare({ nats, config, topology, log }, new RehearsalProcess(process.argv[1]!, log)),
  },
  {
    provide: WorkMarks,
    inject: [TASKS],
    useFactory: (tasks: readonly Task[]) => new WorkMarks(tasks.map(({ name }) => name)),
  },
  { provide: CRASH, inject: [CONFIG], useFactory: ({ crashAt: setting }: Config) => crashAt(setting) },
  { provide: CLOCK, useFactory: steadyClock },
  { provide: CONTEXT, inject: Object.values(partsOfContext), useFactory: contextOf },
];

/** @param parts in the order of `partsOfContext` */
function contextOf(...parts: readonly unknown[]): RuntimeContext {
  const { source, ...context } = Object.fromEntries(
    Object.keys(partsOfContext).map((name, at) => [name, parts[at]]),
  ) as unknown as Parts;
  return { ...context, logic: source.logic };
}

/** @throws NatsUnavailableError; ConfigError when this server does not take the frames of this pipeline */
async function openNats(
  service: Service,
  config: Config,
  { compiled, logic }: PipelineSource,
  log: Logger,
): Promise<Nats> {
  const { name } = compiled.pipeline;
  log.info({ version, pipeline: name, logic, traces: config.tracesUrl !== undefined }, 'starting');
  const nats = await connectNats(config.natsUrl, `afluente-${service}`, {
    ...config.natsAccess,
    inboxPrefix: inboxPrefixOf(name, service),
  });
  try {
    checkLogSize({ config, nats });
    checkFrameColumns(compiled.enriched, nats);
    return nats;
  } catch (error) {
    await nats.nc.close();
    throw error;
  }
}
