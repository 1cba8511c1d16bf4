/** The services start from what the chart gives them and nothing else, pass its probes, bring an event to the lake, and end in time. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { withLake } from '../e2e/support/lake.js';
import { publishAll, withNats } from '../e2e/support/publish.js';
import { freePort } from '../support/free-port.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir } from '../support/temp-dir.js';
import { serviceNames } from './support/chart-folder.js';
import { helmMsMax, render } from './support/helm.js';
import { type Manifest, oneOf, podNamed } from './support/manifest.js';
import { mountConfigMap, type PodProcess, runJob, startPod } from './support/pod-process.js';

/** Commits come every 10 s, at the first silence at once. */
const commitMsMax = 60_000;
const testMsMax = 180_000;

const dir = makeTempDir('helm-pods');
const pods = new Map<string, PodProcess>();
let nats: NatsServer;
let manifests: Manifest[];

beforeAll(async () => {
  [nats, manifests] = await Promise.all([startNats(), render('evaluation')]);
}, helmMsMax);

afterAll(async () => {
  await Promise.all([...pods.values()].map(({ process }) => process.kill()));
  await nats.stop();
  dir.remove();
});

test(
  'an event goes the whole way through services that run as pods',
  async () => {
    mountConfigMap(oneOf(manifests, 'ConfigMap', '-pipeline'), podNamed(manifests, 'ingest'), dir.path);
    mkdirSync(join(dir.path, 'lake'));
    for (const name of serviceNames)
      pods.set(
        name,
        await startPod(podNamed(manifests, name), { folder: dir.path, nats: nats.url, port: await freePort() }),
      );
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const)
      await Promise.all([...pods.values()].map((pod) => pod.passes(probe)));
    await runJob(podNamed(manifests, 'streams'), { folder: dir.path, nats: nats.url });

    const argument = (name: string): string =>
      podNamed(manifests, 'test')
        .spec.containers[0]?.args?.find((text) => text.startsWith(`--${name}=`))
        ?.slice(name.length + 3) ?? '';
    const event = {
      ...(JSON.parse(argument('event')) as Record<string, string>),
      ordered_at: new Date().toISOString(),
    };
    await withNats(nats.url, (connection) =>
      publishAll(connection, [{ subject: argument('subject'), payload: JSON.stringify(event) }]),
    );
    const rows = async (): Promise<unknown> =>
      withLake(`file://${dir.path}/lake`, (ask) => ask(`SELECT order_id, customer FROM ${argument('table')}`)).catch(
        () => [],
      );
    const untilMs = performance.now() + commitMsMax;
    while (JSON.stringify(await rows()) === '[]' && performance.now() < untilMs) await sleep(250);
    expect(await rows()).toEqual([{ order_id: 'probe', customer: 'helm: test' }]);

    const startedMs = performance.now();
    const codes = await Promise.all([...pods.values()].map(({ process }) => process.stop()));
    expect(codes).toEqual(serviceNames.map(() => 0));
    expect((performance.now() - startedMs) / 1000).toBeLessThan(
      Number(podNamed(manifests, 'ingest').spec['terminationGracePeriodSeconds']),
    );
  },
  testMsMax,
);
