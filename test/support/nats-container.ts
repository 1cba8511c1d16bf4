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

/** Runs of one container that follow the plan; store and configuration are folders of this machine, mounted. */
export async function containerRuns(plan: ServerPlan): Promise<ServerRuns> {
  // Loaded only here: it is large, and most machines of developers run the local binary.
  const { GenericContainer, Wait, getContainerRuntimeClient } = await import('testcontainers');
  const { container: engine } = await getContainerRuntimeClient();
  const config = plan.configFile === undefined ? [] : ['-c', plan.configFile.replace(plan.workDir, workMount)];
  let started: StartedTestContainer | undefined;
  let pid = -1;
  /** Of a container that does not come up: it is gone by the time somebody asks. */
  let lastWords = Promise.resolve('');
  const id = randomUUID();
  const handle = () => engine.getById(started?.getId() ?? '');
  const readPid = async (): Promise<void> => void (pid = (await handle().inspect()).State.Pid);
  const plannedContainer = () =>
    new GenericContainer(imageOf(plan.version))
      .withCommand([...config, '-p', '4222', '-m', '8222', '-js', '-sd', storeMount])
      .withExposedPorts({ container: 4222, host: plan.port }, { container: 8222, host: plan.monitorPort })
      .withBindMounts([{ source: plan.workDir, target: workMount }, { source: plan.storeDir, target: storeMount }])
      .withUser(`${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`)
      .withLabels({ [label]: id })
      .withLogConsumer((log) => void (lastWords = endOf(log)))
      .withWaitStrategy(Wait.forLogMessage(/Server is ready/));
  /** A container that ends before its ports are bound is left behind by the library. */
  const clearAway = async (): Promise<void> => {
    const left = await engine.fetchByLabel(label, id);
    if (left === undefined) return;
    lastWords = Promise.resolve((await left.logs({ stdout: true, stderr: true, tail: 40 })).toString());
    await left.remove({ force: true, v: true });
  };
  const create = async (): Promise<StartedTestContainer> => {
    try {
      return await plannedContainer().start();
    } catch (error) {
      await clearAway();
      throw error;
    }
  };
  return {
    pid: () => pid,
    alive: () => true,
    start: async () => {
      if (started === undefined) started = await create();
      else await handle().start();
      await readPid();
    },
    end: async (signal) => {
      if (started === undefined || !(await handle().inspect()).State.Running) return;
      await handle().kill({ signal });
      await handle().wait();
    },
    release: async () => void (await started?.stop({ remove: true })),
    logTail: async () => (started === undefined ? lastWords : (await handle().logs({ stdout: true, stderr: true, tail: 40 })).toString()),
  };
}

async function endOf(log: Readable): Promise<string> {
  let tail = '';
  for await (const text of log) tail = `${tail}${String(text)}`.slice(-logTailChars);
  return tail;
}
