/**
 * The five services as child processes: the same programs that are deployed, so what works here works there, and a crash of
 * one leaves the others alone. One that dies is started again, as an orchestrator would.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment, readHttpPort, type Variables } from '#runtime/settings/config';
import { youngHeap } from '#runtime/settings/settings';
import { services } from '#stages/kinds/all-stages';
import type { Service } from '#stages/topology/topology';
import { LineSplitter } from '../output/line-splitter.js';
import type { ServiceOutput } from '../output/service-output.js';
import { ownProcess } from './own-processes.js';

/** A service cannot start, and starting it again would not help. */
export class ServiceFailedError extends Error {
  override readonly name = 'ServiceFailedError';

  /** @param code with which it ended */
  constructor(
    message: string,
    readonly code: number | null,
  ) {
    super(message);
  }
}

const restartMs = 500;
/** After this long a service that does not stop by itself is killed. */
const stopMsMax = 30_000;
const lastLinesMsMax = 1_000;
const lastWordsLength = 4_000;
const programs = fileURLToPath(new URL('../..', import.meta.url));
/** What V8 made of the code stays with it, and so goes with it at the next build. */
const compileCache = fileURLToPath(new URL('../../../.compile-cache', import.meta.url));

export interface ServicesOptions {
  readonly pipeline: string;
  readonly nats: string;
  readonly lake: string | undefined;
  /** Gets every line that the services write. */
  readonly output: ServiceOutput;
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
  #stopping = false;
  #fail: (error: Error) => void = () => undefined;
  /** Rejects when a service can never start. */
  readonly failed = new Promise<never>((_, reject) => (this.#fail = reject));

  constructor(private readonly options: ServicesOptions) {
    this.failed.catch(() => undefined);
  }

  /** Starts all services and waits until each answers. @throws ServiceFailedError */
  async start(): Promise<void> {
    await Promise.race([Promise.all(services.map((service) => this.#start(service))), this.failed]);
  }

  /** Process ids, by service. */
  pids(): Map<Service, number> {
    return new Map(
      [...this.#running].flatMap(([service, { child }]) =>
        child.pid === undefined ? [] : [[service, child.pid] as const],
      ),
    );
  }

  /** Addresses of /healthz, /readyz and /metrics, by service. */
  urls(): Map<Service, string> {
    return new Map(
      [...this.#running].flatMap(([service, { url }]) => (url === undefined ? [] : [[service, url] as const])),
    );
  }

  /** SIGTERM to all: each ends its step, commits and exits. @returns those that did not, and were killed */
  async stop(): Promise<Service[]> {
    this.#stopping = true;
    const killed = await Promise.all(
      [...this.#running].map(async ([service, { child }]) => ((await stopped(child)) ? [] : [service])),
    );
    await this.options.output.close();
    return killed.flat();
  }

  #start(service: Service): Promise<void> {
    const running = this.#running.get(service);
    const starts = (running?.starts ?? 0) + 1;
    const { pipeline, nats, lake, output, env } = this.options;
    const child = ownProcess(
      fork(join(programs, service, 'main.js'), {
        // Own group: Ctrl-C in the terminal reaches this process only, which then stops the services in order.
        detached: true,
        execArgv: [...process.execArgv, youngHeap],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: childEnvironment(
          {
            AFL_PIPELINE: pipeline,
            AFL_NATS_URL: nats,
            ...(lake !== undefined && { AFL_LAKE_URL: lake }),
            POLARS_MAX_THREADS: '1',
            AFL_INSTANCE: instanceOf(service),
            ...portOf(service),
            ...env?.(service, starts),
          },
          { NODE_COMPILE_CACHE: compileCache },
        ),
      }),
    );
    const entry: Running = { child, url: undefined, starts };
    this.#running.set(service, entry);
    const lastWords = this.#keepOutput(service, child);
    return new Promise((resolve) => {
      child.on('message', (message: { ready?: boolean; url?: string }) => {
        if (!message.ready) return;
        entry.url = message.url;
        output.ready(service);
        resolve();
      });
      child.on('exit', (code, signal) => this.#exited(service, entry, code, signal, lastWords(), resolve));
    });
  }

  #exited(
    service: Service,
    entry: Running,
    code: number | null,
    signal: string | null,
    lastWords: string,
    resolve: () => void,
  ): void {
    if (this.#stopping) return;
    const neverReady = entry.url === undefined && signal === null;
    if (neverReady && entry.starts === 1)
      return this.#fail(
        new ServiceFailedError(
          (!this.options.output.showsAtOnce && lastWords.trim()) ||
            `${service} ended with exit code ${code} before it was ready`,
          code,
        ),
      );
    this.options.onRestart?.(service, signal ?? `exit code ${code}`);
    setTimeout(() => {
      if (!this.#stopping) void this.#start(service).then(resolve);
    }, restartMs);
  }

  /** @returns what the service last wrote to its standard error */
  #keepOutput(service: Service, child: ChildProcess): () => string {
    let words = '';
    for (const from of ['stdout', 'stderr'] as const) {
      const lines = new LineSplitter((line) => {
        if (from === 'stderr') words = `${words}${line}\n`.slice(-lastWordsLength);
        this.options.output.line(service, from, line);
      });
      child[from]!.on('data', (chunk: Buffer) => lines.add(chunk)).on('end', () => lines.end());
    }
    return () => words;
  }
}

/** One after the other from the port that the environment names, if any: they cannot share it. */
function portOf(service: Service): Variables {
  const first = readHttpPort();
  return first === 0 ? {} : { AFL_HTTP_PORT: String(first + services.indexOf(service)) };
}

/** The same at every start: a service that died goes on without waiting for its own lease to end. */
function instanceOf(service: Service): string {
  return `${hostname()}-${process.pid}-${service}`;
}

/** @returns whether it ended by itself */
async function stopped(child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return true;
  let inOrder = true;
  const killer = setTimeout(() => {
    inOrder = false;
    child.kill('SIGKILL');
  }, stopMsMax);
  const closed = new Promise((resolve) => {
    child.once('close', resolve);
    // When it exits, its last lines may still be on their way, or never end, if a process of its own holds the pipe.
    child.once('exit', () => setTimeout(resolve, lastLinesMsMax).unref());
  });
  child.kill('SIGTERM');
  await closed;
  clearTimeout(killer);
  return inOrder;
}
