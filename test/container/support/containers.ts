/** Containers of a spec, run as hardened as the chart's pods, and removed at its end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from './engine.js';
import { type App, imageOf } from './images.js';

/** What the restricted profile of Kubernetes asks for, and a root file system that nobody can write to. */
export const hardened = [
  '--read-only',
  '--user',
  '10001:10001',
  '--cap-drop',
  'ALL',
  '--security-opt',
  'no-new-privileges',
  '--tmpfs',
  '/tmp:size=256m',
] as const;

const pollMs = 250;

export interface RunOptions {
  readonly image: string;
  readonly name: string;
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

/** The state that `docker inspect` shows (Docker Engine API, ContainerInspect). */
export interface ContainerState {
  readonly Running: boolean;
  readonly ExitCode: number;
  readonly OOMKilled: boolean;
  readonly Health?: { readonly Status: string; readonly Log: readonly { readonly Output: string }[] };
}

export class Containers {
  readonly #names: string[] = [];

  constructor(private readonly engine: Engine) {}

  /** Starts a container in the background. */
  async start({ image, name, options = [], env = {}, args = [] }: RunOptions): Promise<void> {
    this.#names.push(name);
    const variables = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
    await this.engine.docker(['run', '--detach', '--name', name, ...options, ...variables, image, ...args]);
  }

  /** Starts a program of ours. */
  startApp(app: App, name: string, more: Omit<RunOptions, 'image' | 'name'> = {}): Promise<void> {
    return this.start({ ...more, image: imageOf(app), name, options: [...hardened, ...(more.options ?? [])] });
  }

  /** Runs one of our programs to its end. @returns exit code and what it wrote */
  async runApp(
    app: App,
    name: string,
    more: Omit<RunOptions, 'image' | 'name'> = {},
  ): Promise<{ code: number; output: string }> {
    await this.startApp(app, name, more);
    const code = Number(await this.engine.docker(['wait', name]));
    return { code, output: await this.logs(name) };
  }

  async state(name: string): Promise<ContainerState> {
    return JSON.parse(await this.engine.docker(['inspect', '--format', '{{json .State}}', name])) as ContainerState;
  }

  logs(name: string): Promise<string> {
    return this.engine.logs(name);
  }

  /** Waits until the health check of the image passes. @throws Error with the log when the container ends or is unhealthy */
  async healthy(name: string): Promise<void> {
    for (;;) {
      const { Running, Health } = await this.state(name);
      if (Health?.Status === 'healthy') return;
      if (!Running || Health?.Status === 'unhealthy')
        throw new Error(
          `${name} is ${Running ? 'unhealthy' : 'gone'}: ${Health?.Log.at(-1)?.Output ?? ''}\n${await this.logs(name)}`,
        );
      await sleep(pollMs);
    }
  }

  /** SIGTERM as `docker stop` sends it, SIGKILL after the grace. @returns exit code and how long it took */
  async stop(name: string, graceSeconds: number): Promise<{ code: number; seconds: number }> {
    const startedMs = performance.now();
    await this.engine.docker(['stop', '--time', String(graceSeconds), name]);
    return { code: (await this.state(name)).ExitCode, seconds: (performance.now() - startedMs) / 1000 };
  }

  /**
   * SIGTERM again and again until the container has ended: what reaches process 1 before Node has set itself up, its first tenths of a
   * second, is lost without an init. @returns exit code
   */
  async terminate(name: string): Promise<number> {
    while ((await this.state(name)).Running) {
      await this.engine.docker(['kill', '--signal', 'TERM', name]).catch(() => undefined);
      await sleep(pollMs);
    }
    return (await this.state(name)).ExitCode;
  }

  async removeAll(): Promise<void> {
    if (this.#names.length > 0) await this.engine.docker(['rm', '--force', '--volumes', ...this.#names.splice(0)]);
  }
}
