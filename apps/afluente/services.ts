/**
 * The five services as child processes: the same programs that are deployed, so what works here works there, and a crash of
 * one leaves the others alone. One that dies is started again, as an orchestrator would.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { hostname } from 'node:os';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '#runtime/config';
import type { Service } from '#stages/topology';

export const services: readonly Service[] = ['ingest', 'validate', 'enrich', 'aggregate', 'lake-writer'];

/** A service cannot start, and starting it again would not help. */
export class ServiceFailedError extends Error {
  override readonly name = 'ServiceFailedError';
}

/** Events live for one step: a larger young generation lets them die there instead of being copied. */
const HEAP = ['--max-semi-space-size=64'];
const RESTART_MS = 500;
/** After this long a service that does not stop by itself is killed. */
const STOP_MS_MAX = 30_000;
const PROGRAMS = fileURLToPath(new URL('..', import.meta.url));

export interface ServicesOptions {
  readonly pipeline: string;
  readonly nats: string;
  readonly lake: string | undefined;
  /** Folder for one log file per service; without it they write to this terminal. */
  readonly logs: string | undefined;
  /** More environment variables, for one service or all. */
  readonly env?: (service: Service, start: number) => Readonly<Record<string, string>>;
  /** Told when a service died and is started again. */
  readonly onRestart?: (service: Service, how: string) => void;
}

interface Running {
  child: ChildProcess;
  url: string | undefined;
  starts: number;
}

export class Services {
  readonly #running = new Map<Service, Running>();
  readonly #logs = new Map<Service, WriteStream>();
  #stopping = false;
  #fail: (error: Error) => void = () => undefined;
  /** Rejects when a service can never start. */
  readonly failed = new Promise<never>((_, reject) => (this.#fail = reject));

  constructor(private readonly options: ServicesOptions) {
    this.failed.catch(() => undefined);
    if (options.logs !== undefined) mkdirSync(options.logs, { recursive: true });
  }

  /** Starts all services and waits until each answers. @throws ServiceFailedError */
  async start(): Promise<void> {
    await Promise.race([Promise.all(services.map((service) => this.#start(service))), this.failed]);
  }

  /** Process ids, by service. */
  pids(): Map<Service, number> {
    return new Map([...this.#running].flatMap(([service, { child }]) => (child.pid === undefined ? [] : [[service, child.pid] as const])));
  }

  /** Addresses of /healthz, /readyz and /metrics, by service. */
  urls(): Map<Service, string> {
    return new Map([...this.#running].flatMap(([service, { url }]) => (url === undefined ? [] : [[service, url] as const])));
  }

  /** SIGTERM to all: each ends its step, commits and exits. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#running.values()].map(({ child }) => stopped(child)));
    for (const log of this.#logs.values()) log.end();
  }

  #start(service: Service): Promise<void> {
    const running = this.#running.get(service);
    const starts = (running?.starts ?? 0) + 1;
    const { pipeline, nats, lake, logs, env } = this.options;
    const child = fork(join(PROGRAMS, service, 'main.js'), {
      // Own group: Ctrl-C in the terminal reaches this process only, which then stops the services in order.
      detached: true,
      execArgv: [...process.execArgv, ...HEAP],
      stdio: ['ignore', logs === undefined ? 'inherit' : 'pipe', 'pipe', 'ipc'],
      env: childEnvironment({ AFL_PIPELINE: pipeline, AFL_NATS_URL: nats, ...(lake !== undefined && { AFL_LAKE_URL: lake }), POLARS_MAX_THREADS: '1', AFL_INSTANCE: instanceOf(service), ...env?.(service, starts) }),
    });
    const entry: Running = { child, url: undefined, starts };
    this.#running.set(service, entry);
    const lastWords = this.#keepOutput(service, child);
    return new Promise((resolve) => {
      child.on('message', (message: { ready?: boolean; url?: string }) => {
        if (!message.ready) return;
        entry.url = message.url;
        resolve();
      });
      child.on('exit', (code, signal) => this.#exited(service, entry, code, signal, lastWords(), resolve));
    });
  }

  #exited(service: Service, entry: Running, code: number | null, signal: string | null, lastWords: string, resolve: () => void): void {
    if (this.#stopping) return;
    const neverReady = entry.url === undefined && signal === null;
    if (neverReady && entry.starts === 1) return this.#fail(new ServiceFailedError((this.options.logs !== undefined && lastWords.trim()) || `${service} ended with exit code ${code} before it was ready`));
    this.options.onRestart?.(service, signal ?? `exit code ${code}`);
    setTimeout(() => {
      if (!this.#stopping) void this.#start(service).then(resolve);
    }, RESTART_MS);
  }

  /** @returns what the service last wrote to its standard error */
  #keepOutput(service: Service, child: ChildProcess): () => string {
    let words = '';
    const log = this.#logFile(service);
    child.stdout?.on('data', (data: Buffer) => log?.write(data));
    child.stderr?.on('data', (data: Buffer) => {
      words = (words + data.toString()).slice(-4000);
      if (log) log.write(data);
      else process.stderr.write(data);
    });
    return () => words;
  }

  #logFile(service: Service): WriteStream | undefined {
    if (this.options.logs === undefined) return undefined;
    let log = this.#logs.get(service);
    if (!log) this.#logs.set(service, (log = createWriteStream(join(this.options.logs, `${service}.log`), { flags: 'a' })));
    return log;
  }
}

/** The same at every start: a service that died goes on without waiting for its own lease to end. */
function instanceOf(service: Service): string {
  return `${hostname()}-${process.pid}-${service}`;
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    child.once('exit', () => {
      clearTimeout(killer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
