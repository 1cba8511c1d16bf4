/** A pipeline of fields on a real server, with the five services, and an administrator who changes what they stand on. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tasksBucketOf } from '#frame/log-name';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { TaskBoard } from '#runtime/ground/task-board';
import type { TaskStatus } from '#runtime/ground/task-status';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { type Service, type Task, type Topology, topologyOf } from '#stages/topology/topology';
import { Observer } from '../../../apps/afluente/progress/observer.js';
import { ensureFronts } from '../../../apps/afluente/streams/ensure-fronts.js';
import { allServices, Fleet } from '../../e2e/support/fleet.js';
import { freePort } from '../../support/free-port.js';
import { Field } from './field.js';
import { type SourceSpec, subjectOfField, userStreamOf, writePipeline } from './write-pipeline.js';

export interface WorldOptions {
  /** Of the server. */
  readonly url: string;
  readonly path: string;
  readonly name: string;
  readonly sources: readonly SourceSpec[];
}

/** Short, so that every case meets snapshots, checkpoints and full logs. */
const settings = {
  AFL_LOG_BYTES_MAX: String(8 * 1024 * 1024),
  AFL_SNAPSHOT_EVERY_MS: '1000',
  AFL_CHECKPOINT_EVERY_COMMITS: '5',
  AFL_WAIT_MS_MAX: '2000',
  AFL_LOG_LEVEL: 'warn',
};
/** What a reader has asked for before it stands still is sent to it until then. */
const requestMsMax = 5_500;
/** What was on its way when ingest was stopped is stored by then. */
const stillMs = 1_000;

export class World {
  readonly fields: ReadonlyMap<string, Field>;
  #fleet: Fleet | undefined;
  #board: TaskBoard | undefined;
  #observer: Observer | undefined;
  #startedMs = 0;
  #ports = new Map<Service, number>();
  #pausing: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly options: WorldOptions,
    readonly topology: Topology,
    readonly admin: NatsClient,
  ) {
    this.fields = new Map(options.sources.map(({ name, needs }) => [name, new Field(this, name, needs)]));
  }

  static async open(options: WorldOptions): Promise<World> {
    const { path, name, sources, url } = options;
    writePipeline(join(path, 'pipeline'), name, sources);
    const topology = topologyOf(PipelineSource.load(join(path, 'pipeline')).compiled);
    const admin = await connectNats(url, 'test-admin');
    const world = new World(options, topology, admin);
    for (const { name: source, needs } of sources)
      if (needs.stream)
        await admin.jsm.streams.add({
          name: userStreamOf(name, source),
          subjects: [subjectOfField(name, source)],
          ...needs.stream,
        } as never);
    await ensureFronts(admin, topology);
    await world.start();
    return world;
  }

  get name(): string {
    return this.options.name;
  }

  /** Of everything on disk. */
  get path(): string {
    return this.options.path;
  }

  get lake(): string {
    return join(this.options.path, 'lake');
  }

  get pipeline(): string {
    return join(this.options.path, 'pipeline');
  }

  /** @param env on top of the usual */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#startedMs = Date.now();
    this.#ports = new Map(await Promise.all(allServices.map(async (service) => [service, await freePort()] as const)));
    const envOf = (service: Service) => ({ AFL_HTTP_PORT: String(this.#ports.get(service)) });
    this.#fleet = await Fleet.start({
      pipeline: this.pipeline,
      nats: this.options.url,
      lake: `file:${this.lake}`,
      logs: join(this.options.path, 'logs'),
      env: { ...settings, ...env },
      envOf,
    });
    this.#observer?.close();
    this.#board?.close();
    this.#observer = await Observer.open(this.admin, this.topology, this.#startedMs);
    this.#board = new TaskBoard(this.admin, await this.admin.openBucket(tasksBucketOf(this.name), { replicas: 1 }));
    await this.#board.watch();
  }

  /** Kills all processes at once, when nothing moves any more. @param before what is done then */
  async killAll(before: () => Promise<void>): Promise<void> {
    this.#fleet!.pause('ingest');
    await sleep(stillMs);
    await before();
    await Promise.all(
      allServices.map((service) => {
        const dead = this.#fleet!.staysDead(service);
        this.#fleet!.kill(service);
        return dead;
      }),
    );
    await this.#fleet!.stop();
  }

  /** Kills the process of a service, which is started again. */
  kill(service: Service): void {
    this.#fleet!.kill(service);
  }

  isIdle(tasks: readonly Task[]): Promise<boolean> {
    return this.#observer!.isIdle(tasks);
  }

  statuses(): TaskStatus[] {
    return this.#board!.all().filter(({ updatedMs }) => updatedMs >= this.#startedMs);
  }

  /** What the services answer to who asks whether they are ready. */
  async readiness(): Promise<string> {
    const ask = async (port: number): Promise<string> => (await fetch(`http://127.0.0.1:${port}/readyz`)).text();
    return (await Promise.all([...this.#ports.values()].map((port) => ask(port).catch(String)))).join('\n');
  }

  /** Does something while processes stand still and nothing is on its way to them; one such thing at a time. */
  paused<Result>(services: readonly Service[], work: () => Promise<Result>): Promise<Result> {
    const next = this.#pausing.then(async () => {
      for (const service of services) this.#fleet!.pause(service);
      try {
        await sleep(requestMsMax);
        return await work();
      } finally {
        for (const service of services) this.#fleet!.resume(service);
      }
    });
    this.#pausing = next.catch(() => undefined);
    return next;
  }

  async close(): Promise<void> {
    this.#observer?.close();
    this.#board?.close();
    await this.#fleet?.stop();
    await this.admin.nc.close();
  }
}
