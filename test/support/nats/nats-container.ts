/** A nats-server in a container, through testcontainers. */
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { StartedTestContainer } from 'testcontainers';
import type { NatsVersion, ServerPlan, ServerRuns } from './nats-options.js';

const images: Readonly<Record<NatsVersion, string>> = { '2.9': 'nats:2.9', '2.10': 'nats:2.10', current: 'nats:2' };

/** The image a test runs on; AFL_TEST_NATS_IMAGE names the default one. */
function imageOf(version: NatsVersion | undefined): string {
  return version === undefined ? (process.env['AFL_TEST_NATS_IMAGE'] ?? images.current) : images[version];
}

const workMount = '/afluente';
const storeMount = '/store';
const label = 'afluente.test-server';
const logTailChars = 4000;
const logEnd = { stdout: true, stderr: true, tail: 40 } as const;

type Library = typeof import('testcontainers');
type Engine = Awaited<ReturnType<Library['getContainerRuntimeClient']>>['container'];

/** Runs of one container that follow the plan; store and configuration are folders of this machine, mounted. */
export async function containerRuns(plan: ServerPlan): Promise<ServerRuns> {
  // Loaded only here: it is large, and most machines of developers run the local binary.
  const library = await import('testcontainers');
  const { container: engine } = await library.getContainerRuntimeClient();
  return new ContainerRuns(plan, library, engine);
}

class ContainerRuns implements ServerRuns {
  #started: StartedTestContainer | undefined;
  #pid = -1;
  /** Of a container that does not come up: it is gone by the time somebody asks. */
  #lastWords = Promise.resolve('');
  readonly #id = randomUUID();

  constructor(
    private readonly plan: ServerPlan,
    private readonly library: Library,
    private readonly engine: Engine,
  ) {}

  pid(): number {
    return this.#pid;
  }

  alive(): boolean {
    return true;
  }

  async start(): Promise<void> {
    if (this.#started === undefined) this.#started = await this.#create();
    else await this.#handle().start();
    this.#pid = (await this.#handle().inspect()).State.Pid;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.#started === undefined || !(await this.#handle().inspect()).State.Running) return;
    await this.#handle().kill({ signal });
    await this.#handle().wait();
  }

  async release(): Promise<void> {
    await this.#started?.stop({ remove: true });
  }

  async logTail(): Promise<string> {
    return this.#started === undefined ? this.#lastWords : (await this.#handle().logs(logEnd)).toString();
  }

  #handle() {
    return this.engine.getById(this.#started?.getId() ?? '');
  }

  async #create(): Promise<StartedTestContainer> {
    try {
      return await this.#planned().start();
    } catch (error) {
      await this.#clearAway();
      throw error;
    }
  }

  #planned() {
    const { plan } = this;
    const { GenericContainer, Wait } = this.library;
    const config = plan.configFile === undefined ? [] : ['-c', plan.configFile.replace(plan.workDir, workMount)];
    return new GenericContainer(imageOf(plan.version))
      .withCommand([...config, '-p', '4222', '-m', '8222', '-js', '-sd', storeMount])
      .withExposedPorts({ container: 4222, host: plan.port }, { container: 8222, host: plan.monitorPort })
      .withBindMounts([
        { source: plan.workDir, target: workMount },
        { source: plan.storeDir, target: storeMount },
      ])
      .withUser(`${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`)
      .withLabels({ [label]: this.#id })
      .withLogConsumer((log) => {
        this.#lastWords = endOf(log);
      })
      .withWaitStrategy(Wait.forLogMessage(/Server is ready/));
  }

  /** A container that ends before its ports are bound is left behind by the library. */
  async #clearAway(): Promise<void> {
    const left = await this.engine.fetchByLabel(label, this.#id);
    if (left === undefined) return;
    this.#lastWords = Promise.resolve((await left.logs(logEnd)).toString());
    await left.remove({ force: true, v: true });
  }
}

async function endOf(log: Readable): Promise<string> {
  let tail = '';
  for await (const text of log) tail = `${tail}${String(text)}`.slice(-logTailChars);
  return tail;
}
