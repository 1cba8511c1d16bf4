/** The conformance suite's other side: the model, on the clock of the wall. */
import type { NatsVersion } from '../../support/nats/nats-options.js';
import { ModelClient } from '../model/client/model-client.js';
import { ModelCluster } from '../model/model-cluster.js';
import { profiles } from '../model/profile.js';
import { realTimeline as timeline } from '../model/timeline.js';
import type { RealLab } from './real-lab.js';

export function startModelLab(version: NatsVersion): RealLab {
  const cluster = new ModelCluster({ timeline, profile: profiles[version], servers: 1 });
  const server = cluster.servers[0]!;
  const clients: ModelClient[] = [];
  return {
    version,
    replicas: 1,
    connect: async () => {
      const client = new ModelClient({ cluster, timeline, owner: { name: 'client' } }, server);
      clients.push(client);
      return client;
    },
    deleteStream: async (stream) => cluster.deleteStream(stream),
    editStream: async (stream, changes) => void cluster.editStream(stream, changes),
    restart: async () => {
      for (const client of clients) client.disconnect();
      cluster.lose(server);
      for (const client of clients) client.reconnect(server);
    },
    stop: async () => {
      for (const { nc } of clients) await nc.close();
      cluster.lose(server);
    },
  };
}
