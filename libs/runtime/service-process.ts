/** What one service process holds: the connection, the shared context and its tasks. Made once, before Nest starts. */
import { randomUUID } from 'node:crypto';
import type { TaskRunner } from './frame-strategy.js';
import { ObjectBucket } from '#nats/object-bucket';
import { connectNats, watchReconnects, type Nats } from '#nats/connection';
import { watchConnection } from '#nats/watch-connection';
import { inboxPrefixOf, objectsBucketOf, tasksBucketOf } from '#frame/log-name';
import { serviceOf, topologyOf, type LogTaskSpec, type Service, type Topology } from '#stages/topology';
import { Metrics } from '#telemetry/metrics';
import type { Tracing } from '#telemetry/tracing';
import type { Config } from './config.js';
import type { RuntimeContext } from './context.js';
import { crashAt } from './crash-point.js';
import { introduceService } from './introduce-service.js';
import { Leases } from './leases.js';
import type { Logger } from './logger.js';
import type { StepCall } from './log-task.js';
import { openTracing } from './open-tracing.js';
import { checkLogSize } from './payload-limits.js';
import { PipelineSource } from './pipeline-source.js';
import { runnablesFor } from './runnables.js';
import { TaskBoard } from './task-board.js';
import { TaskHost } from './task-host.js';
import { version } from './version.js';

export const SERVICE_PROCESS = Symbol('afluente.service-process');

export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
  readonly tasks: number;
}

/** A collector that does not answer may not hold up the end of a process for longer. */
const TRACES_MS_MAX = 2_000;
const OBJECT_CHUNK_BYTES_MAX = 256 * 1024;

export class ServiceProcess implements TaskRunner {
  readonly metrics: Metrics;
  #host: TaskHost | undefined;
  #leases: Leases | undefined;
  #context: RuntimeContext | undefined;
  #tracing: Tracing | undefined;
  #close: () => Promise<void> = async () => undefined;

  private constructor(
    readonly service: Service,
    readonly config: Config,
    readonly source: PipelineSource,
    private readonly topology: Topology,
    private readonly nats: Nats,
    private readonly log: Logger,
  ) {
    this.metrics = new Metrics(service, () => this.#host?.readings() ?? [], { pipeline: topology.pipeline.name });
  }

  /** @throws PipelineError, NatsUnavailableError, ConfigError */
  static async open(service: Service, config: Config, log: Logger): Promise<ServiceProcess> {
    const source = PipelineSource.load(config.pipelineFolder);
    log.info({ version, pipeline: source.compiled.pipeline.name, logic: source.logic, traces: config.tracesUrl !== undefined }, 'starting');
    const topology = topologyOf(source.compiled.pipeline);
    const nats = await connectNats(config.natsUrl, `afluente-${service}`, { ...config.natsAccess, inboxPrefix: inboxPrefixOf(topology.pipeline.name, service) });
    await checkOrClose(config, nats);
    return new ServiceProcess(service, config, source, topology, nats, log);
  }

  async start(stepFor: (task: LogTaskSpec) => StepCall): Promise<void> {
    const { pipeline } = this.topology;
    this.#tracing = await openTracing(this.service, this.config, this.log, this.metrics);
    const replicas = this.config.streamReplicas;
    const board = new TaskBoard(this.nats, await this.nats.openBucket(tasksBucketOf(pipeline.name), { replicas }));
    await board.watch();
    const objects = new ObjectBucket(await this.nats.openBucket(objectsBucketOf(pipeline.name), { replicas }), Math.min(OBJECT_CHUNK_BYTES_MAX, Math.floor(this.nats.payloadBytesMax / 2)));
    const context: RuntimeContext = {
      config: this.config,
      nats: this.nats,
      topology: this.topology,
      logic: this.source.logic,
      objects,
      board,
      metrics: this.metrics,
      crash: crashAt(this.config.crashAt),
      log: this.log,
      tracing: this.#tracing,
      now: Date.now,
    };
    const tasks = this.topology.tasks.filter((task) => serviceOf(task) === this.service);
    introduceService(this.metrics, this.topology, tasks, this.source.logic);
    const { runnables, close } = await runnablesFor(tasks, context, this.source, stepFor);
    this.#close = close;
    this.#context = context;
    this.#host = new TaskHost(context, runnables);
    const self = { service: this.service, instance: this.config.instance, session: randomUUID(), startedMs: Date.now() };
    this.#leases = await Leases.open(context, self, tasks.map(({ name }) => name), this.#host);
    void watchConnection(this.nats.nc, (connected) => this.metrics.connected(connected));
    void watchReconnects(this.nats.nc, () => this.#onReconnect());
    await this.#leases.join();
    this.log.info({ pipeline: pipeline.name, tasks: runnables.length, nats: this.nats.nc.getServer() }, 'started');
  }

  #onReconnect(): void {
    this.#context?.board.reopen();
    this.#leases?.onReconnect();
    this.#host?.onReconnect();
  }

  async stop(): Promise<void> {
    await (this.#leases?.leave() ?? this.#host?.stop());
    await this.#close();
    this.#context?.board.close();
    this.source.close();
    await this.nats.nc.drain();
    await this.#tracing?.close(TRACES_MS_MAX);
    this.log.info('stopped');
  }

  readiness(): Readiness {
    const statuses = this.#host?.statuses() ?? [];
    const reasons = statuses.filter(({ state }) => state !== 'running').map(({ task, state, reason }) => `${task} ${state}${reason ? `: ${reason}` : ''}`);
    if (!this.#leases) reasons.push('starting');
    if (this.nats.nc.isClosed()) reasons.push('NATS connection closed');
    return { ready: reasons.length === 0, reasons, tasks: statuses.length };
  }
}

async function checkOrClose(config: Config, nats: Nats): Promise<void> {
  try {
    checkLogSize({ config, nats });
  } catch (error) {
    await nats.nc.close();
    throw error;
  }
}
