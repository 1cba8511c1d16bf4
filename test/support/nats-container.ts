/** A nats-server in a container, through testcontainers. */
import type { StartedTestContainer } from 'testcontainers';
import type { NatsVersion, ServerPlan, ServerRuns } from './nats-options.js';

const images: Readonly<Record<NatsVersion, string>> = { '2.9': 'nats:2.9', '2.10': 'nats:2.10', current: 'nats:2' };

/** The image a test runs on; AFL_TEST_NATS_IMAGE names the default one. */
function imageOf(version: NatsVersion | undefined): string {
  return version === undefined ? (process.env['AFL_TEST_NATS_IMAGE'] ?? images.current) : images[version];
}

const workMount = '/afluente';
const storeMount = '/store';

/** Runs of one container that follow the plan; store and configuration are folders of this machine, mounted. */
export async function containerRuns(plan: ServerPlan): Promise<ServerRuns> {
  // Loaded only here: it is large, and most machines of developers run the local binary.
  const { GenericContainer, Wait, getContainerRuntimeClient } = await import('testcontainers');
  const { container: engine } = await getContainerRuntimeClient();
  const config = plan.configFile === undefined ? [] : ['-c', plan.configFile.replace(plan.workDir, workMount)];
  let started: StartedTestContainer | undefined;
  let pid = -1;
  const handle = () => engine.getById(started?.getId() ?? '');
  const readPid = async (): Promise<void> => void (pid = (await handle().inspect()).State.Pid);
  const create = () =>
    new GenericContainer(imageOf(plan.version))
      .withCommand([...config, '-p', '4222', '-m', '8222', '-js', '-sd', storeMount])
      .withExposedPorts({ container: 4222, host: plan.port }, { container: 8222, host: plan.monitorPort })
      .withBindMounts([{ source: plan.workDir, target: workMount }, { source: plan.storeDir, target: storeMount }])
      .withUser(`${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`)
      .withWaitStrategy(Wait.forLogMessage(/Server is ready/))
      .start();
  return {
    pid: () => pid,
    alive: () => true,
    start: async () => {
      if (started === undefined) started = await create();
      else await handle().start();
      await readPid();
    },
    end: async (signal) => {
      if (!(await handle().inspect()).State.Running) return;
      await handle().kill({ signal });
      await handle().wait();
    },
    release: async () => void (await started?.stop({ remove: true })),
    logTail: async () => (started === undefined ? '' : (await handle().logs({ stdout: true, stderr: true, tail: 40 })).toString()),
  };
}
