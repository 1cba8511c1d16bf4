/** Why replicated streams need nats-server 2.9.18: what a cluster keeps of a stream that was purged in part, when all its servers die. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { NatsClient } from '#nats/ground/nats';
import { ensureLog } from '#nats/streams/ensure-log';
import { streamInfo, trimThrough } from '#nats/streams/stream-info';
import { Cleanup } from '../faults/cleanup.js';
import { connectAdmin } from '../faults/world/servers/admin.js';
import { NatsCluster } from '../faults/world/servers/nats-cluster.js';
import type { NatsVersion } from '../support/nats-server.js';
import { makeTempDir } from '../support/temp-dir.js';
import { until } from './support/runtime.js';

const messages = 20;
const trimmed = 5;
let cleanup: Cleanup;
beforeEach(() => {
  cleanup = new Cleanup();
});
afterEach(() => cleanup.run());

async function startCluster(version: NatsVersion): Promise<NatsCluster> {
  const work = makeTempDir('old-cluster');
  cleanup.add(() => Promise.resolve(work.remove()));
  const [folder, storeFolder] = [join(work.path, 'nats'), join(work.path, 'stores')];
  for (const path of [folder, storeFolder]) mkdirSync(path);
  return NatsCluster.start({ servers: 'r3', version, folder, storeFolder, cleanup });
}

async function connected(cluster: NatsCluster): Promise<NatsClient> {
  const nats = await connectAdmin(cluster.urls);
  cleanup.add(() => nats.nc.close());
  return nats;
}

/** Servers that have just found each other may count as offline once more (seen with 2.10). */
function isMade(nats: NatsClient): Promise<boolean> {
  // The check would refuse the old server.
  const log = ensureLog({ ...nats, serverVersion: '99.0.0' }, 'log', ['log'], { bytesMax: 10_000_000, replicas: 3 });
  return log.then(
    () => true,
    (error: Error) => (error.message.includes('peer offline') ? false : Promise.reject(error)),
  );
}

/** First message that a log of three replicas holds after it was trimmed, went on, and all servers were killed and started again. */
async function firstKeptBy(version: NatsVersion): Promise<number> {
  const cluster = await startCluster(version);
  const nats = await connected(cluster);
  const publish = async (): Promise<void> => {
    for (let i = 0; i < messages; i++) await nats.js.publish('log', `${i}`, { retries: 10 });
  };
  await until(() => isMade(nats), 30_000);
  await publish();
  await trimThrough(nats, 'log', trimmed);
  await publish();
  await Promise.all(cluster.nodes.map((node) => node.kill()));
  await Promise.all(cluster.nodes.map((node) => node.start()));
  let first: number | undefined;
  await until(async () => {
    const info = await streamInfo(nats, 'log').catch(() => undefined);
    first = info?.state.first_seq;
    return first !== undefined;
  }, 30_000);
  return first!;
}

test('2.9.10 loses all that was there when it was trimmed', async () => {
  expect(await firstKeptBy('2.9')).toBe(messages + 1);
}, 90_000);

test.each<NatsVersion>(['2.10', 'current'])(
  '%s keeps what was not trimmed',
  async (version) => {
    expect(await firstKeptBy(version)).toBe(trimmed + 1);
  },
  90_000,
);
