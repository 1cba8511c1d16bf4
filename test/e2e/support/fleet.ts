/** The five services as processes of a test: it can kill each, sees every death, and starts the dead again. */
import { fork, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '#stages/topology';
import { projectRoot } from '../../support/project-root.js';

export const allServices: readonly Service[] = ['ingest', 'validate', 'enrich', 'aggregate', 'lake-writer'];

export interface FleetOptions {
  readonly pipeline: string;
  readonly nats: string;
  readonly lake: string;
  readonly logs: string;
  /** For all services at every start. */
  readonly env?: Readonly<Record<string, string>>;
  /** Crash point of a service, only at its first start. */
  readonly crashAt?: Partial<Record<Service, string>>;
}

const restartMs = 200;
const stopMsMax = 20_000;

export class Fleet {
  readonly #children = new Map<Service, ChildProcess>();
  /** Signal or exit code of every unwanted end. */
  readonly deaths: Array<{ readonly service: Service; readonly how: string | number }> = [];
  #stopping = false;
  #restarts: Promise<void>[] = [];

  private constructor(private readonly options: FleetOptions) {
    mkdirSync(options.logs, { recursive: true });
  }

  static async start(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options);
    await Promise.all(allServices.map((service) => fleet.#start(service, options.crashAt?.[service])));
    return fleet;
  }

  kill(service: Service): void {
    this.#children.get(service)?.kill('SIGKILL');
  }

  isRunning(service: Service): boolean {
    const child = this.#children.get(service);
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  log(service: Service): string {
    return readFileSync(join(this.options.logs, `${service}.log`), 'utf8');
  }

  /** SIGTERM to all. @returns exit codes by service */
  async stop(): Promise<Map<Service, number | null>> {
    this.#stopping = true;
    await Promise.all(this.#restarts);
    const codes = await Promise.all([...this.#children].map(async ([service, child]) => [service, await stopped(child)] as const));
    return new Map(codes);
  }

  #start(service: Service, crashAt?: string): Promise<void> {
    const { pipeline, nats, lake, logs, env } = this.options;
    const child = fork(join(projectRoot, 'dist', 'apps', service, 'main.js'), {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, AFL_PIPELINE: pipeline, AFL_NATS_URL: nats, AFL_LAKE_URL: lake, POLARS_MAX_THREADS: '1', AFL_INSTANCE: service, ...env, ...(crashAt !== undefined && { AFL_CRASH_AT: crashAt }) },
    });
    this.#children.set(service, child);
    const log = createWriteStream(join(logs, `${service}.log`), { flags: 'a' });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once('close', () => log.end());
    return new Promise((resolve) => {
      child.once('message', () => resolve());
      child.once('exit', (code, signal) => {
        resolve();
        if (!this.#stopping) this.#died(service, signal ?? code ?? 'unknown');
      });
    });
  }

  #died(service: Service, how: string | number): void {
    this.deaths.push({ service, how });
    this.#restarts.push(sleep(restartMs).then(() => (this.#stopping ? undefined : this.#start(service))));
  }
}

async function stopped(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const force = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  try {
    return await code;
  } finally {
    clearTimeout(force);
  }
}
