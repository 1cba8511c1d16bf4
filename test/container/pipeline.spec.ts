/** The whole pipeline as containers that may do nothing they need not: every event once in the lake, and a clean end. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { example } from '../../examples/sales-tech/example.js';
import { allServices } from '../e2e/support/fleet.js';
import { checkLake } from '../e2e/support/lake.js';
import { copyPipeline } from '../e2e/support/pipeline-copy.js';
import { Watch } from '../e2e/support/watch.js';
import { freePort } from '../support/free-port.js';
import { waitForNats } from '../support/nats/wait-for-nats.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { Containers } from './support/containers.js';
import { type Engine, engineMsMax, startEngine } from './support/engine.js';
import { buildImages, buildMsMax } from './support/images.js';

const runMsMax = 10 * 60_000;
const idleMsMax = 3 * 60_000;
const count = 20_000;
/** The chart's. */
const graceSeconds = 30;

let engine: Engine;
let containers: Containers;
let work: TempDir;
beforeAll(async () => {
  work = makeTempDir('containers');
  engine = await startEngine();
  containers = new Containers(engine);
  await buildImages(engine);
}, engineMsMax + buildMsMax);
afterAll(async () => {
  await containers?.removeAll();
  await engine?.docker(['volume', 'rm', '--force', 'afluente-test-lake']);
  await engine?.stop();
  work.remove();
}, engineMsMax);

/** All share the network of this container, as in a pod: whatever the machine's firewall says about packets between containers. */
async function startNats(): Promise<string> {
  const port = await freePort();
  await containers.start({
    image: 'nats:2',
    name: 'nats',
    options: ['--volume', '/data', '--publish', `127.0.0.1:${port}:4222`],
    args: ['-js', '-sd', '/data'],
  });
  await waitForNats(port, () => true);
  return `nats://127.0.0.1:${port}`;
}

test(
  '20,000 events go from a producer to the lake through containers, each once; then all of them end by SIGTERM with 0',
  async () => {
    const pipeline = copyPipeline('examples/sales-tech', work.path);
    const outside = await startNats();
    const options = ['--network', 'container:nats', '--volume', `${pipeline}:/pipeline:ro`];
    const streams = await containers.runApp('afluente', 'streams', {
      options,
      args: ['streams', '--pipeline=/pipeline'],
    });
    expect({ ...streams }).toEqual({ code: 0, output: expect.stringContaining('0 found, 0 not as they should be') });

    for (const [place, service] of allServices.entries()) {
      const lake = service === 'lake-writer' ? ['--volume', 'afluente-test-lake:/lake'] : [];
      const env = {
        AFL_PIPELINE: '/pipeline',
        AFL_LAKE_URL: 'file:///lake',
        AFL_INSTANCE: service,
        AFL_HTTP_PORT: String(8080 + place),
      };
      await containers.startApp(service, service, { options: [...options, ...lake, '--memory', '1g'], env });
    }
    await Promise.all(allServices.map((service) => containers.healthy(service)));

    const startMs = example.startMs(Date.now(), count);
    const watch = await Watch.open(outside, pipeline);
    try {
      const args = [
        'produce',
        '--pipeline=examples/sales-tech',
        `--events=${count}`,
        '--seed=4',
        `--start=${new Date(startMs).toISOString()}`,
      ];
      expect(await containers.runApp('afluente', 'producer', { options, args })).toEqual({
        code: 0,
        output: expect.stringContaining(`${count} messages published`),
      });
      await watch.idle(idleMsMax);
    } finally {
      await watch.close();
    }

    for (const service of allServices) {
      expect(await engine.docker(['top', service, '-eo', 'pid,stat'])).not.toContain('Z');
      expect(await containers.state(service)).toMatchObject({
        Running: true,
        OOMKilled: false,
        Health: { Status: 'healthy' },
      });
    }
    const ends = await Promise.all(
      allServices.map(async (service) => ({ service, ...(await containers.stop(service, graceSeconds)) })),
    );
    expect(ends.map(({ service, code }) => [service, code])).toEqual(allServices.map((service) => [service, 0]));
    expect(Math.max(...ends.map(({ seconds }) => seconds))).toBeLessThan(graceSeconds);

    await engine.docker(['cp', 'lake-writer:/lake', join(work.path, 'lake')]);
    const verdict = await checkLake(example, { count, seed: 4, startMs }, `file:${join(work.path, 'lake')}`);
    expect(verdict).toMatchObject({ published: count, bronze: count, lost: 0, extra: 0, differences: [] });
  },
  runMsMax,
);
