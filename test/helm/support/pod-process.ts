/** Runs a service as its pod would: with the variables of the rendered container and nothing else, and the ConfigMap laid out as the kubelet does. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningProcess, startProcess } from '../../support/processes.js';
import { projectRoot } from '../../support/project-root.js';
import { type Container, environmentOf, type Manifest, type Pod } from './manifest.js';

const pollMs = 100;

/** What stands where in this test, instead of in a cluster. */
export interface Places {
  readonly folder: string;
  readonly nats: string;
  readonly port: number;
}

export interface PodProcess {
  readonly process: RunningProcess;
  /** Resolves when the probe's path answers 200; throws with the log when the process ends before. */
  passes(probe: 'startupProbe' | 'readinessProbe' | 'livenessProbe'): Promise<void>;
}

export async function startPod(pod: Pod, { folder, nats, port }: Places): Promise<PodProcess> {
  const [container] = pod.spec.containers;
  if (!container) throw new Error('the pod has no container');
  const name = container.name;
  const given = environmentOf(container);
  const env = {
    ...given,
    AFL_PIPELINE: join(folder, given['AFL_PIPELINE'] ?? ''),
    AFL_NATS_URL: nats,
    AFL_HTTP_PORT: String(port),
    AFL_INSTANCE: `${name}-5d9c7b8f6-x2x7k`,
    ...(given['AFL_LAKE_URL'] === undefined
      ? {}
      : { AFL_LAKE_URL: given['AFL_LAKE_URL'].replace('file://', `file://${folder}`) }),
  };
  const process_ = await startProcess({
    file: process.execPath,
    args: [join(projectRoot, 'dist/apps', name, 'main.js')],
    logFile: join(folder, `${name}.log`),
    env,
    cwd: folder,
  });
  return {
    process: process_,
    passes: (probe) => answers(process_, `http://127.0.0.1:${port}${pathOf(container, probe)}`),
  };
}

/** Runs a command of the CLI as its job would. @throws Error with what it said, unless it ends with 0 */
export async function runJob(pod: Pod, { folder, nats }: Pick<Places, 'folder' | 'nats'>): Promise<void> {
  const [container] = pod.spec.containers;
  if (!container) throw new Error('the pod has no container');
  const args = (container.args ?? []).map((text) =>
    text.replace('$(AFL_NATS_URL)', nats).replace('--pipeline=', `--pipeline=${folder}`),
  );
  const env = { ...environmentOf(container), AFL_NATS_URL: nats };
  const process_ = await startProcess({
    file: process.execPath,
    args: [join(projectRoot, 'dist/apps/afluente/main.js'), ...args],
    logFile: join(folder, `${container.name}.log`),
    env,
    cwd: folder,
  });
  if ((await process_.exited) !== 0) throw new Error(`${args.join(' ')} failed:\n${process_.logTail()}`);
}

const pathOf = (container: Container, probe: string): string =>
  (container[probe] as { httpGet: { path: string } }).httpGet.path;

async function answers(process_: RunningProcess, url: string): Promise<void> {
  while (process_.running()) {
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200) return;
    await sleep(pollMs);
  }
  throw new Error(`the process ended before ${url} answered 200:\n${process_.logTail()}`);
}

/** A mounted ConfigMap: files in a dated folder, a link `..data` to it, and links to what is in there. */
export function mountConfigMap(map: Manifest, pod: Pod, folder: string): void {
  const volume = pod.spec.volumes?.find(({ name }) => name === 'pipeline')?.['configMap'] as {
    items: { key: string; path: string }[];
  };
  const mount = join(
    folder,
    pod.spec.containers[0]?.volumeMounts?.find(({ name }) => name === 'pipeline')?.mountPath ?? '',
  );
  const dated = '..2026_11_21_12_00_00.123456789';
  for (const { key, path } of volume.items) {
    mkdirSync(dirname(join(mount, dated, path)), { recursive: true });
    writeFileSync(join(mount, dated, path), map.data?.[key] ?? '');
  }
  symlinkSync(dated, join(mount, '..data'));
  for (const top of new Set(volume.items.map(({ path }) => path.split('/')[0] ?? '')))
    symlinkSync(join('..data', top), join(mount, top));
}
