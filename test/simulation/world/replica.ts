/** One process of a service: the real runtime over a modelled connection. It can die, sleep, be cut off, and leave in order. */
import crypto from 'node:crypto';
import { pino } from 'pino';
import { objectsBucketOf, tasksBucketOf } from '#frame/log-name';
import { watchReconnects } from '#nats/connection';
import { ObjectBucket } from '#nats/object-bucket';
import { readConfig } from '#runtime/config';
import type { RuntimeContext } from '#runtime/context';
import { Leases } from '#runtime/leases';
import { runnablesOf } from '#runtime/runnables';
import { TaskBoard } from '#runtime/task-board';
import { TaskHost } from '#runtime/task-host';
import type { LogTaskSpec, Task } from '#stages/topology';
import { Metrics } from '#telemetry/metrics';
import { ModelClient } from '../model/model-client.js';
import type { Owner } from '../model/timeline.js';
import { StoreClient } from './memory-store.js';
import { stepOf } from './steps.js';
import type { World } from './world.js';

export interface ReplicaSpec {
  /** Name of the process; it keeps it over restarts. */
  readonly instance: string;
  readonly service: string;
  readonly tasks: readonly Task[];
}

const OBJECT_CHUNK_BYTES_MAX = 256 * 1024;
const metrics = new Metrics('simulation', () => []);

export class Replica {
  readonly owner: Owner;
  readonly client: ModelClient;
  #host: TaskHost | undefined;
  #leases: Leases | undefined;
  #board: TaskBoard | undefined;
  #log;

  constructor(private readonly world: World, readonly spec: ReplicaSpec, life: number) {
    this.owner = { name: life === 0 ? spec.instance : `${spec.instance}'${life}` };
    const { cluster, time, weather, history } = world;
    this.client = new ModelClient({ cluster, timeline: time, owner: this.owner, mishaps: weather }, world.someServer());
    this.#log = pino({ level: world.settings.verbose ? 'info' : 'silent', base: null, timestamp: false }, { write: (line: string) => history.note(this.owner, () => tellable(line)) });
  }

  get alive(): boolean {
    return !this.world.time.isGone(this.owner);
  }

  /** Tasks that are halted, with the reason. */
  get halted(): string[] {
    return (this.#host?.statuses() ?? []).filter(({ state }) => state === 'halted').map(({ task, reason }) => `${task}: ${reason ?? ''}`);
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
    const { compiled, topology } = this.world.pipeline;
    const { name } = topology.pipeline;
    const settings = { replicas: 1 };
    this.#board = new TaskBoard(this.client, await this.client.openBucket(tasksBucketOf(name), settings));
    await this.#board.watch();
    const objects = new ObjectBucket(await this.client.openBucket(objectsBucketOf(name), settings), OBJECT_CHUNK_BYTES_MAX);
    const context = this.#context(this.#board, objects);
    const { time, store, storeServer, weather, history } = this.world;
    const storeClient = new StoreClient(store, time, this.owner, storeServer, weather.storeFate, history);
    const parts = { compiled, store: storeClient, stepFor: (task: LogTaskSpec) => stepOf(this.world.pipeline, task) };
    this.#host = new TaskHost(context, runnablesOf(this.spec.tasks, context, parts));
    const self = { service: this.spec.service, instance: this.spec.instance, session: crypto.randomUUID(), startedMs: Date.now() };
    this.#leases = await Leases.open(context, self, this.spec.tasks.map((task) => task.name), this.#host);
    void watchReconnects(this.client.nc, () => this.#onReconnect());
    await this.#leases.join();
  }

  #context(board: TaskBoard, objects: ObjectBucket): RuntimeContext {
    const { topology } = this.world.pipeline;
    const config = readConfig({ AFL_PIPELINE: '.', AFL_INSTANCE: this.spec.instance, ...this.world.settings.env });
    return { config, nats: this.client, topology, logic: 'v', objects, board, metrics, crash: () => this.world.atCrashPoint(this), log: this.#log, now: Date.now };
  }

  #onReconnect(): void {
    this.#board?.reopen();
    this.#leases?.onReconnect();
    this.#host?.onReconnect();
  }
}

function tellable(line: string): string {
  const { msg, task, reason, err } = JSON.parse(line) as { msg?: string; task?: string; reason?: string; err?: string | { message?: string } };
  return [task, msg, reason ?? (typeof err === 'string' ? err : err?.message)].filter((part) => part !== undefined).join(' | ');
}
