/** The conformance suite's cluster: three nats-servers, and streams with three copies. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectNats, type NatsClient } from '#nats/connection';
import { Cleanup } from '../../faults/cleanup.js';
import { NatsCluster } from '../../faults/world/nats-cluster.js';
import type { NatsVersion } from '../../support/nats-options.js';
import { makeTempDir } from '../../support/temp-dir.js';
import type { RealLab } from './real-lab.js';

/** A pull that comes before the client's server has heard of the consumer gets 503. */
const HEARD_MS = 300;

export async function startClusterLab(version: NatsVersion): Promise<RealLab> {
  const work = makeTempDir('conformance');
  const cleanup = new Cleanup();
  const clients: NatsClient[] = [];
  const cluster = await NatsCluster.start({ servers: 'r3', version, folder: work.path, storeFolder: `${work.path}/store`, cleanup });
  return {
    version,
    replicas: 3,
    connect: async () => {
      const client = await connectNats(cluster.urls, 'conformance');
      clients.push(client);
      return { ...client, jsm: { streams: client.jsm.streams, consumers: { add: (...args) => client.jsm.consumers.add(...args).finally(() => sleep(HEARD_MS)) } } };
    },
    restart: () => Promise.reject(new Error('a cluster is not restarted: no scenario asks for it')),
    stop: async () => {
      for (const { nc } of clients) await nc.close();
      await cleanup.run();
      work.remove();
    },
  };
}
