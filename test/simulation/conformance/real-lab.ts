/** The conformance suite's real side: nats-servers that a scenario may kill and start again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import type { NatsVersion } from '../../support/nats/nats-options.js';
import { startNats } from '../../support/nats-server.js';
import type { Lab } from './lab.js';

export interface RealLab extends Lab {
  stop(): Promise<void>;
}

/** One server. */
export async function startRealLab(version: NatsVersion): Promise<RealLab> {
  const server = await startNats({ version });
  const clients: NatsClient[] = [];
  const connect = async (): Promise<NatsClient> => {
    const client = await connectNats(server.url, 'conformance');
    clients.push(client);
    return client;
  };
  return {
    version,
    replicas: 1,
    connect,
    deleteStream: async (stream) => void (await (await connect()).jsm.streams.delete(stream)),
    editStream: async (stream, changes) => void (await (await connect()).jsm.streams.update(stream, changes)),
    restart: async () => {
      await server.kill();
      await server.restart();
      for (const { nc } of clients)
        while (
          !(await nc.rtt().then(
            () => true,
            () => false,
          ))
        )
          await sleep(20);
    },
    stop: async () => {
      for (const { nc } of clients) await nc.close();
      await server.stop();
    },
  };
}
