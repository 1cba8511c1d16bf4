/** A server and a client for all tests of a spec. */
import { afterAll, beforeAll } from '@jest/globals';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { type NatsServer, startNats } from '../../support/nats-server.js';

export interface OneServer {
  readonly server: NatsServer;
  readonly nats: NatsClient;
}

/** Starts and stops both around the tests of the spec that calls it. @param client how it names itself */
export function oneServer(client: string): OneServer {
  let server: NatsServer;
  let nats: NatsClient;
  beforeAll(async () => {
    server = await startNats();
    nats = await connectNats(server.url, client);
  });
  afterAll(async () => {
    await nats.nc.close();
    await server.stop();
  });
  return {
    get server() {
      return server;
    },
    get nats() {
      return nats;
    },
  };
}
