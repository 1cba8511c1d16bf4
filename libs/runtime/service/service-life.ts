/** The life of a service: its tasks begin when the transport listens and are handed over when it closes; then what the providers have opened is closed, in order. */
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { watchReconnects } from '#nats/connection/connection';
import { watchConnection } from '#nats/connection/watch-connection';
import { byTask, type Service, type Task } from '#stages/topology/topology';
import type { ObjectStore } from '#store/object-store';
import { startWatchdog } from '../care/watchdog.js';
import type { RuntimeContext } from '../cluster/context.js';
import { Leases } from '../cluster/leases.js';
import { TaskHost } from '../cluster/task-host.js';
import { reasonOf } from '../ground/safe-error.js';
import { introduceService } from '../tasks/introduce-service.js';
import { drainMsMax } from './ending.js';
import { FrameHandlers } from './frame-handlers.js';
import type { TaskRunner } from './frame-strategy.js';
import { PipelineSource } from './pipeline-source.js';
import { type Readiness, readinessOf } from './readiness.js';
import { CONTEXT, LAKE, SERVICE, TASKS } from './tokens.js';

/** A collector that does not answer may not hold up the end of a process for longer. */
const tracesMsMax = 2_000;

@Injectable()
export class ServiceLife implements TaskRunner, OnModuleDestroy, OnApplicationShutdown {
  #joined = false;
  /** Since when there has been no connection, epoch ms. */
  #cutOffSinceMs: number | undefined;
  #stopWatchdog: () => void = () => undefined;

  constructor(
    @Inject(SERVICE) private readonly service: Service,
    @Inject(TASKS) private readonly tasks: readonly Task[],
    @Inject(CONTEXT) private readonly context: RuntimeContext,
    @Inject(LAKE) private readonly lake: ObjectStore | undefined,
    @Inject(PipelineSource) private readonly source: PipelineSource,
    @Inject(FrameHandlers) private readonly handlers: FrameHandlers,
    @Inject(TaskHost) private readonly host: TaskHost,
    @Inject(Leases) private readonly leases: Leases,
  ) {}

  /** Takes tasks, as many as are this process's share. */
  async start(): Promise<void> {
    const { config, nats, topology, logic, board, metrics, log, marks } = this.context;
    const { name: pipeline } = topology.pipeline;
    for (const task of this.tasks)
      byTask(task, { ingest: () => undefined, log: (spec) => void this.handlers.of(spec), lake: () => undefined });
    this.#stopWatchdog = startWatchdog({
      tasks: this.tasks.map(({ name }) => name),
      marks: marks!,
      config,
      pipeline,
      service: this.service,
      drainMsMax: drainMsMax,
    });
    introduceService(metrics, topology, this.tasks, logic);
    this.source.watch((reference, error) =>
      log.warn({ reference, reason: reasonOf(error) }, 'reference table not refreshed, the last one stays in use'),
    );
    await board.watch();
    void watchConnection(nats.nc, (connected) => this.#connected(connected));
    void watchReconnects(nats.nc, () => this.#onReconnect());
    this.#joined = true;
    await this.leases.join();
    log.info({ pipeline, tasks: this.tasks.length, nats: nats.nc.getServer() }, 'started');
  }

  /** The end has begun: it may not take longer than a drain, whatever the event loop does. */
  onModuleDestroy(): void {
    this.context.marks?.ends();
  }

  /** Ends every task after its step, and gives it to another process. */
  async stop(): Promise<void> {
    if (this.#joined) return this.leases.leave();
    this.leases.close();
    await this.host.stop();
  }

  /** Nest calls it when the transport is closed: nothing runs any more. */
  async onApplicationShutdown(): Promise<void> {
    const { care, board, nats, tracing, log } = this.context;
    try {
      care?.close();
      await this.lake?.close();
      board.close();
      this.source.close();
      await nats.nc.drain();
      await tracing?.close(tracesMsMax);
      log.info('stopped');
    } catch (error) {
      // Nest would keep it to itself.
      log.error({ reason: reasonOf(error), err: error }, 'not stopped in order');
      process.exitCode = 1;
    }
    this.#stopWatchdog();
  }

  readiness(): Readiness {
    const { config, nats, now } = this.context;
    return readinessOf({
      joined: this.#joined,
      statuses: this.host.statuses(),
      silent: this.leases.wait,
      connectionClosed: nats.nc.isClosed(),
      cutOffSinceMs: this.#cutOffSinceMs,
      nowMs: now(),
      waitMsMax: config.waitMsMax,
    });
  }

  #connected(connected: boolean): void {
    this.#cutOffSinceMs = connected ? undefined : (this.#cutOffSinceMs ?? this.context.now());
    this.context.metrics.connected(connected);
  }

  #onReconnect(): void {
    this.context.board.reopen();
    this.leases.onReconnect();
    this.host.onReconnect();
  }
}
