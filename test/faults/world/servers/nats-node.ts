/** One nats-server of the world: it can be killed, paused and started again on the same store. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localBinary } from '../../../support/nats/nats-local.js';
import type { NatsVersion } from '../../../support/nats/nats-options.js';
import { waitForNats } from '../../../support/nats/wait-for-nats.js';
import { type RunningProcess, startProcess } from '../../../support/processes.js';
import type { SmallDisk } from './small-disk.js';

export interface NodeOptions {
  readonly name: string;
  readonly version: NatsVersion;
  readonly port: number;
  readonly monitorPort: number;
  /** Gets the configuration and the log. */
  readonly folder: string;
  readonly disk: SmallDisk;
  /** The `cluster` part of the configuration; none for a server that stands alone. */
  readonly cluster?: Readonly<Record<string, unknown>> | undefined;
}

/** Logs name a size each; only the disk itself shall be small. */
const storeBytesMax = 100 * 1024 ** 3;

export class NatsNode {
  #process: RunningProcess | undefined;

  private constructor(
    private readonly options: NodeOptions,
    private readonly configFile: string,
  ) {}

  static create(options: NodeOptions): NatsNode {
    const { name, folder, cluster, disk } = options;
    mkdirSync(folder, { recursive: true });
    const configFile = join(folder, `${name}.conf`);
    const jetstream = { store_dir: disk.path, max_file_store: storeBytesMax };
    writeFileSync(configFile, JSON.stringify({ server_name: name, jetstream, ...(cluster && { cluster }) }));
    return new NatsNode(options, configFile);
  }

  get name(): string {
    return this.options.name;
  }

  get disk(): SmallDisk {
    return this.options.disk;
  }

  get port(): number {
    return this.options.port;
  }

  /** The server itself, past all proxies. */
  get clientUrl(): string {
    return `nats://127.0.0.1:${this.options.port}`;
  }

  get monitorUrl(): string {
    return `http://127.0.0.1:${this.options.monitorPort}`;
  }

  /** The last lines of its log. */
  get logTail(): string {
    return this.#process?.logTail() ?? '';
  }

  /** Resolves when clients are greeted; a cluster may still be without a leader. */
  async start(): Promise<void> {
    const { port, monitorPort, folder, name, version } = this.options;
    const args = ['-c', this.configFile, '-a', '127.0.0.1', '-p', String(port), '-m', String(monitorPort)];
    const process = await startProcess({
      file: await localBinary(version),
      args,
      logFile: join(folder, `${name}.log`),
    });
    this.#process = process;
    await waitForNats(port, () => process.running()).catch((cause: unknown) => {
      throw new Error(`${name} did not come up. Its log ends with:\n${process.logTail()}`, { cause });
    });
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** SIGTERM, the ordinary way of a server that is updated. */
  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  pause(): void {
    this.#process?.signal('SIGSTOP');
  }

  resume(): void {
    this.#process?.signal('SIGCONT');
  }
}
