/** All workers of the world: every service several times. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '#stages/topology/topology';
import type { History } from '../history.js';
import { WorkerLink } from './network/worker-link.js';
import type { NatsCluster } from './servers/nats-cluster.js';
import { type Stopped, Worker } from './worker.js';

export const services: readonly Service[] = ['ingest', 'validate', 'enrich', 'aggregate', 'lake-writer'];

export interface CrewOptions {
  readonly replicas: number;
  readonly root: string;
  readonly pipeline: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cluster: NatsCluster;
  readonly history: History;
}

export class Crew {
  private constructor(readonly workers: readonly Worker[]) {}

  static async start({ replicas, root, pipeline, env, cluster, history }: CrewOptions): Promise<Crew> {
    const logFolder = join(history.folder, 'logs');
    mkdirSync(logFolder, { recursive: true });
    const ports = cluster.nodes.map(({ port }) => port);
    const names = services.flatMap((service) =>
      Array.from({ length: replicas }, (_, replica) => ({ service, name: `${service}-${replica}` })),
    );
    const workers = await Promise.all(
      names.map(
        async ({ service, name }) =>
          new Worker({ service, name, root, logFolder, env, pipeline, history, link: await WorkerLink.start(ports) }),
      ),
    );
    for (const worker of workers) worker.start();
    return new Crew(workers);
  }

  of(service: Service): Worker[] {
    return this.workers.filter((worker) => worker.service === service);
  }

  /** What keeps workers from being ready, by worker; empty when all are. */
  async problems(): Promise<string[]> {
    const problems = await Promise.all(
      this.workers.map(async (worker) => [worker.name, await worker.problem()] as const),
    );
    return problems.flatMap(([name, problem]) => (problem === undefined ? [] : [`${name}: ${problem}`]));
  }

  /** Resolves when all are ready. @throws when one is not after `msMax` */
  async ready(msMax: number): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.ready(msMax)));
  }

  /** SIGTERM to all at once. */
  stop(): Promise<Stopped[]> {
    return Promise.all(this.workers.map((worker) => worker.stop()));
  }

  /** Ends what is still there, at once. */
  kill(): void {
    for (const worker of this.workers) worker.end();
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map(({ link }) => link.close()));
  }
}
