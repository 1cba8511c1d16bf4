/** One process of a service: the real runtime over a modelled connection. It can die, sleep, be cut off, and leave in order. */
import { pino } from 'pino';
import { watchReconnects } from '#nats/connection/connection';
import type { RuntimeContext } from '#runtime/cluster/context';
import type { Leases } from '#runtime/cluster/leases';
import { TaskHost } from '#runtime/cluster/task-host';
import { steadyClock } from '#runtime/ground/steady-clock';
import type { TaskBoard } from '#runtime/ground/task-board';
import { readConfig } from '#runtime/settings/config';
import type { StepCall } from '#runtime/steps/step-call';
import { runnablesOf } from '#runtime/tasks/runnables';
import { openCare, openLeases, openObjects, openTaskBoard } from '#runtime/tasks/shared-buckets';
import { type LogTaskSpec, type Service, serviceOf } from '#stages/topology/topology';
import { Metrics } from '#telemetry/metrics';
import { ModelClient } from '../../model/client/model-client.js';
import type { Owner } from '../../model/timeline.js';
import { StoreClient } from '../lake/memory-store.js';
import type { SimulatedPipeline } from '../pipelines.js';
import type { World } from '../world.js';
import { isDeadly } from './poison.js';
import { SimulatedRehearsals } from './rehearsals.js';
import { stepOf } from './steps.js';

export interface ReplicaSpec {
  /** Name of the process; it keeps it over restarts. */
  readonly instance: string;
  /** `all`: it runs the tasks of all services. */
  readonly service: Service | 'all';
}

const metrics = new Metrics('simulation', () => []);

export class Replica {
  readonly owner: Owner;
  readonly client: ModelClient;
  #host: TaskHost | undefined;
  #leases: Leases | undefined;
  #board: TaskBoard | undefined;
  readonly #log;

  constructor(
    private readonly world: World,
    readonly spec: ReplicaSpec,
    life: number,
    private readonly pipeline: SimulatedPipeline,
  ) {
    this.owner = { name: life === 0 ? spec.instance : `${spec.instance}'${life}` };
    const { cluster, time, weather, history } = world;
    this.client = new ModelClient({ cluster, timeline: time, owner: this.owner, mishaps: weather }, world.someServer());
    this.#log = pino(
      { level: world.settings.verbose ? 'info' : 'silent', base: null, timestamp: false },
      { write: (line: string) => history.note(this.owner, () => shownLine(line)) },
    );
  }

  get alive(): boolean {
    return !this.world.time.isGone(this.owner);
  }

  /** Tasks that are halted, with the reason. */
  get halted(): string[] {
    return (this.#host?.statuses() ?? [])
      .filter(({ state }) => state === 'halted')
      .map(({ task, reason }) => `${task}: ${reason ?? ''}`);
  }

  start(): void {
    this.world.time.after(0, this.owner, () => {
      this.#open().catch((error: Error) => this.world.died(this, `did not start: ${error.message}`));
    });
  }

  /** kill -9: what was written to the socket may still arrive. */
  kill(): void {
    this.world.time.end(this.owner);
    this.client.disconnect();
    void this.client.nc.close();
  }

  /** SIGTERM. */
  leave(): void {
    this.world.time.after(0, this.owner, () => {
      const left = (): void => this.world.died(this, 'has left');
      (this.#leases?.leave() ?? Promise.resolve()).then(left, left);
    });
  }

  async #open(): Promise<void> {
    const { compiled, topology } = this.pipeline;
    const context = await this.#context();
    this.#board = context.board;
    const { time, store, storeServer, weather, history } = this.world;
    const storeClient = new StoreClient(store, time, this.owner, storeServer, weather.storeFate, history);
    const parts = { compiled, store: storeClient, stepFor: (task: LogTaskSpec) => this.#stepFor(task) };
    const { service } = this.spec;
    const tasks = topology.tasks.filter((task) => service === 'all' || serviceOf(task) === service);
    this.#host = new TaskHost(context, runnablesOf(tasks, context, parts));
    this.#leases = await openLeases(context, service, tasks, this.#host);
    void watchReconnects(this.client.nc, () => this.#onReconnect());
    await this.#leases.join();
  }

  /** A step on a deadly event takes the process along. */
  #stepFor(task: LogTaskSpec): StepCall {
    const step = stepOf(this.pipeline, task);
    return (request) => {
      if (!isDeadly(task, request.frames)) return step(request);
      this.world.died(this, `killed by an event in ${task.name}`);
      return new Promise(() => undefined);
    };
  }

  /** Opened as a service's providers do (libs/runtime/service/context-providers.ts), over the modelled connection. */
  async #context(): Promise<RuntimeContext> {
    const { topology, logic } = this.pipeline;
    const config = readConfig({ AFL_PIPELINE: '.', AFL_INSTANCE: this.spec.instance, ...this.world.settings.env });
    const ground = { config, nats: this.client, topology, log: this.#log };
    const board = await openTaskBoard(ground);
    await board.watch();
    const [objects, care] = [await openObjects(ground), await openCare(ground, new SimulatedRehearsals(this.pipeline))];
    return {
      ...ground,
      care,
      logic,
      objects,
      board,
      metrics,
      crash: () => this.world.atCrashPoint(this),
      now: steadyClock(),
    };
  }

  #onReconnect(): void {
    this.#board?.reopen();
    this.#leases?.onReconnect();
    this.#host?.onReconnect();
  }
}

function shownLine(line: string): string {
  const { msg, task, reason, err } = JSON.parse(line) as {
    msg?: string;
    task?: string;
    reason?: string;
    err?: string | { message?: string };
  };
  return [task, msg, reason ?? (typeof err === 'string' ? err : err?.message)]
    .filter((part) => part !== undefined)
    .join(' | ');
}
