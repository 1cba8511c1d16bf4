/** The five services as processes of a test: it can kill each, sees every death, and starts the dead again. */
import { type ChildProcess, fork } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { youngHeap } from '#runtime/settings/settings';
import type { Service } from '#stages/topology/topology';
import { projectRoot } from '../../support/project-root.js';

export const allServices: readonly Service[] = ['ingest', 'validate', 'enrich', 'aggregate', 'lake-writer'];

export interface FleetOptions {
  readonly pipeline: string;
  readonly nats: string;
  readonly lake: string;
  readonly logs: string;
  /** Which of them; default: all. */
  readonly services?: readonly Service[];
  /** Root of the build that runs; default: this project's. */
  readonly root?: string;
  /** Program that runs the services instead of this one's Node. */
  readonly execPath?: string;
  /** For all services at every start. */
  readonly env?: Readonly<Record<string, string>>;
  /** For one service, e.g. its own credentials. */
  readonly envOf?: (service: Service) => Readonly<Record<string, string>>;
  /** What the names of its processes end in, where another fleet runs beside it. */
  readonly suffix?: string;
  /** Crash points of a service: one for each of its first starts. */
  readonly crashAt?: Partial<Record<Service, readonly string[]>>;
}

const restartMs = 200;
const stopMsMax = 20_000;

export class Fleet {
  readonly #children = new Map<Service, ChildProcess>();
  /** Processes beside the first of a service, by name. */
  readonly #replicas = new Map<string, ChildProcess>();
  /** Signal or exit code of every unwanted end. */
  readonly deaths: Array<{ readonly service: Service; readonly how: string | number }> = [];
  readonly #retired = new Set<ChildProcess>();
  /** Of the first process of a service, when it is not called as the service. */
  readonly #names = new Map<Service, string>();
  #replaced = 0;
  /** Whether the newest first process of a service became ready, or died before. */
  readonly #starts = new Map<Service, Promise<boolean>>();
  readonly #crashPoints: Map<Service, string[]>;
  #stopping = false;
  readonly #restarts: Promise<void>[] = [];

  private constructor(private readonly options: FleetOptions) {
    this.#crashPoints = new Map(allServices.map((service) => [service, [...(options.crashAt?.[service] ?? [])]]));
    mkdirSync(options.logs, { recursive: true });
  }

  static async start(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options);
    await Promise.all((options.services ?? allServices).map((service) => fleet.#start(service)));
    return fleet;
  }

  /** One more process of a service; it is not started again when it dies. @returns its name */
  async add(service: Service): Promise<string> {
    const name = this.#named(service, `-${this.#replicas.size + 1}`);
    const child = this.#fork(service, name);
    this.#replicas.set(name, child);
    await new Promise<void>((resolve) => child.once('message', () => resolve()));
    return name;
  }

  /** SIGTERM to a process that was added. */
  async drain(name: string): Promise<{ code: number | null; seconds: number }> {
    const startedMs = performance.now();
    const code = await stopped(this.#replicas.get(name)!);
    this.#replicas.delete(name);
    return { code, seconds: (performance.now() - startedMs) / 1000 };
  }

  /** As a Deployment does it: a new first process of a service is ready before the old one gets SIGTERM, however often it dies meanwhile: it is started again. */
  async replace(service: Service): Promise<void> {
    const old = this.#children.get(service)!;
    this.#names.set(service, this.#named(service, `-r${++this.#replaced}`));
    await this.#start(service);
    while (!(await this.#starts.get(service))) await sleep(restartMs);
    this.#retired.add(old);
    await stopped(old);
  }

  /** SIGTERM to the first process of a service, which is not started again: others go on with its tasks. */
  async retire(service: Service): Promise<{ code: number | null; seconds: number }> {
    const child = this.#children.get(service)!;
    this.#retired.add(child);
    const startedMs = performance.now();
    return { code: await stopped(child), seconds: (performance.now() - startedMs) / 1000 };
  }

  /** When the first process of a service dies, it is not started again. @returns how it died */
  staysDead(service: Service): Promise<string | number> {
    const child = this.#children.get(service)!;
    this.#retired.add(child);
    return new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code ?? 'unknown')));
  }

  kill(service: Service): void {
    this.#children.get(service)?.kill('SIGKILL');
  }

  /** SIGSTOP: the process stands still, until `resume`. */
  pause(service: Service): void {
    this.#children.get(service)?.kill('SIGSTOP');
  }

  resume(service: Service): void {
    this.#children.get(service)?.kill('SIGCONT');
  }

  /** Process id of a service; undefined before its first start. */
  pid(service: Service): number | undefined {
    return this.#children.get(service)?.pid;
  }

  isRunning(service: Service): boolean {
    const child = this.#children.get(service);
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  log(service: Service): string {
    return readFileSync(join(this.options.logs, `${this.#named(service)}.log`), 'utf8');
  }

  /** SIGTERM to all. @returns exit codes by service */
  async stop(): Promise<Map<Service, number | null>> {
    this.#stopping = true;
    await Promise.all(this.#restarts);
    const codes = await Promise.all(
      [...this.#children].map(async ([service, child]) => [service, await stopped(child)] as const),
    );
    await Promise.all([...this.#replicas.values()].map(stopped));
    return new Map(codes);
  }

  #named(service: Service, more = ''): string {
    return `${service}${more}${this.options.suffix ?? ''}`;
  }

  #start(service: Service): Promise<void> {
    const crashAt = this.#crashPoints.get(service)?.shift();
    const child = this.#fork(service, this.#names.get(service) ?? this.#named(service), crashAt);
    this.#children.set(service, child);
    const ready = new Promise<boolean>((resolve) => {
      child.once('message', () => resolve(true));
      child.once('exit', (code, signal) => {
        resolve(false);
        if (!this.#stopping && !this.#retired.has(child)) this.#died(service, child, signal ?? code ?? 'unknown');
      });
    });
    this.#starts.set(service, ready);
    return ready.then(() => undefined);
  }

  #fork(service: Service, name: string, crashAt?: string): ChildProcess {
    const { pipeline, nats, lake, logs, env, envOf, execPath, root = projectRoot } = this.options;
    const child = fork(join(root, 'dist', 'apps', service, 'main.js'), {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [...process.execArgv, youngHeap],
      ...(execPath !== undefined && { execPath }),
      env: {
        ...process.env,
        AFL_PIPELINE: pipeline,
        AFL_NATS_URL: nats,
        AFL_LAKE_URL: lake,
        POLARS_MAX_THREADS: '1',
        NODE_COMPILE_CACHE: join(root, 'dist', '.compile-cache'),
        AFL_INSTANCE: name,
        ...env,
        ...envOf?.(service),
        ...(crashAt !== undefined && { AFL_CRASH_AT: crashAt }),
      },
    });
    const log = createWriteStream(join(logs, `${name}.log`), { flags: 'a' });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once('close', () => log.end());
    return child;
  }

  #died(service: Service, child: ChildProcess, how: string | number): void {
    this.deaths.push({ service, how });
    // Whoever was replaced meanwhile does not come back beside its successor.
    this.#restarts.push(
      sleep(restartMs).then(() =>
        this.#stopping || this.#children.get(service) !== child ? undefined : this.#start(service),
      ),
    );
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
