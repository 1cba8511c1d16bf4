/** One replica of a service: a process that is started again when it dies, as an orchestrator would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '#stages/topology/topology';
import type { History } from '../history.js';
import type { WorkerLink } from './network/worker-link.js';

export interface WorkerOptions {
  readonly service: Service;
  /** Unique among the workers. */
  readonly name: string;
  /** Root of the build whose dist/apps/<service>/main.js is run. */
  readonly root: string;
  readonly logFolder: string;
  readonly link: WorkerLink;
  readonly env: Readonly<Record<string, string>>;
  readonly pipeline: string;
  readonly history: History;
}

/** How a worker ended that was told to stop. */
export interface Stopped {
  readonly worker: string;
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly ms: number;
}

const restartMs = 500;
const killAfterMs = 30_000;
const askMsMax = 1_000;
const readyMsMax = 30_000;
const pollMs = 100;
const setpriv = '/usr/bin/setpriv';
const shownClock = new URL('./shown-clock.js', import.meta.url).href;

export class Worker {
  readonly name: string;
  readonly service: Service;
  readonly link: WorkerLink;
  #process: ChildProcess | undefined;
  #url: string | undefined;
  #starts = 0;
  #wanted = true;
  #pipeline: string;
  /** Deaths that nobody ordered, e.g. "exit code 1". */
  readonly ownDeaths: string[] = [];
  #killing = false;
  #clockAheadMs = 0;

  constructor(private readonly options: WorkerOptions) {
    ({ name: this.name, service: this.service, link: this.link, pipeline: this.#pipeline } = options);
  }

  /** Which pipeline folder it runs, or runs from its next start on. */
  get pipeline(): string {
    return this.#pipeline;
  }

  /** Of the process that runs now; undefined while none does. */
  get pid(): number | undefined {
    return this.#process?.exitCode === null && this.#process.signalCode === null ? this.#process.pid : undefined;
  }

  start(): void {
    const { root, logFolder, env, link, history } = this.options;
    this.#starts += 1;
    this.#url = undefined;
    const log = openSync(join(logFolder, `${this.name}.log`), 'a');
    const program = [process.execPath, '--import', shownClock, join(root, 'dist', 'apps', this.service, 'main.js')];
    // The kernel kills the worker should this process die, even while the worker is stopped by SIGSTOP.
    const [file = '', ...args] = existsSync(setpriv) ? [setpriv, '--pdeathsig', 'KILL', ...program] : program;
    const child = spawn(file, args, {
      stdio: ['ignore', log, log, 'ipc'],
      // Recovered is who waits for nothing, not who has waited for less than a minute.
      env: {
        ...process.env,
        AFL_WAIT_MS_MAX: '0',
        ...env,
        AFL_PIPELINE: this.#pipeline,
        AFL_NATS_URL: link.urls,
        AFL_INSTANCE: `${this.name}-${this.#starts}`,
        FAULTS_CLOCK_AHEAD_MS: String(this.#clockAheadMs),
      },
    });
    closeSync(log);
    this.#process = child;
    history.note({ what: 'start', worker: this.name, start: this.#starts, pid: child.pid });
    child.once('message', (message: { url?: string }) => (this.#url = message.url));
    child.once('exit', (code, signal) => this.#exited(signal ?? `exit code ${code}`));
  }

  /** Sets the clock of its machine, for the process that runs and those after it. */
  setClock(aheadMs: number): void {
    this.#clockAheadMs = aheadMs;
    if (this.#process?.connected) this.#process.send({ clockAheadMs: aheadMs });
  }

  /** SIGKILL; it comes back by itself. */
  kill(): void {
    this.#killing = true;
    this.#process?.kill('SIGKILL');
  }

  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** SIGTERM; it stays down. */
  async stop(): Promise<Stopped> {
    this.#wanted = false;
    const child = this.#process;
    const startedMs = performance.now();
    if (!child || child.exitCode !== null || child.signalCode !== null)
      return { worker: this.name, code: child?.exitCode ?? 0, ms: 0 };
    const force = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const code = await exited;
    clearTimeout(force);
    return { worker: this.name, code, ms: Math.round(performance.now() - startedMs) };
  }

  /** SIGKILL; it stays down. */
  end(): void {
    this.#wanted = false;
    this.#process?.kill('SIGKILL');
  }

  /** SIGTERM, and a start with another pipeline folder. */
  async restartWith(pipeline: string): Promise<Stopped> {
    const stopped = await this.stop();
    this.#pipeline = pipeline;
    this.#wanted = true;
    this.start();
    return stopped;
  }

  /** Resolves when it is ready. @throws with why it is not after `msMax` */
  async ready(msMax = readyMsMax): Promise<void> {
    const untilMs = performance.now() + msMax;
    for (let problem = await this.problem(); problem !== undefined; problem = await this.problem()) {
      if (performance.now() > untilMs) throw new Error(`${this.name} is not ready after ${msMax / 1000} s: ${problem}`);
      await sleep(pollMs);
    }
  }

  /** Undefined when it is ready; else why not, as it says itself. */
  async problem(): Promise<string | undefined> {
    if (this.#url === undefined) return 'starting';
    const answer = await fetch(`${this.#url}/readyz`, { signal: AbortSignal.timeout(askMsMax) }).catch(
      (error: Error) => error,
    );
    if (answer instanceof Error) return `no answer (${answer.message})`;
    return answer.ok ? undefined : await answer.text();
  }

  #exited(how: string): void {
    this.#url = undefined;
    if (!this.#killing && this.#wanted) this.ownDeaths.push(how);
    this.options.history.note({ what: this.#wanted && !this.#killing ? 'own death' : 'end', worker: this.name, how });
    this.#killing = false;
    if (this.#wanted) void sleep(restartMs).then(() => this.#wanted && this.start());
  }
}
