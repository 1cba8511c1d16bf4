/** Every server's own copy of a stream is read, on the oldest and the newest server. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { freePort } from '../../../support/free-port.js';
import { type NatsServer, type NatsVersion, startNats } from '../../../support/nats-server.js';
import { replicaFindings } from './read-replicas.js';
import { addConsumer, type JetStream, readStream } from './read-stream.js';

const serversCount = 3;
const messagesCount = 300;

let servers: NatsServer[] = [];
let nc: NatsConnection | undefined;
afterEach(async () => {
  await nc?.close();
  await Promise.all(servers.map((server) => server.stop()));
});

async function startCluster(version: NatsVersion): Promise<JetStream> {
  const ports = await Promise.all(Array.from({ length: serversCount }, freePort));
  const routes = ports.map((port) => `nats-route://127.0.0.1:${port}`);
  const options = ports.map((port, i) => ({
    version,
    config: { server_name: `s${i}`, cluster: { name: 'c', listen: `127.0.0.1:${port}`, routes } },
  }));
  servers = await Promise.all(options.map((one) => startNats(one)));
  nc = await connect({ servers: servers.map(({ url }) => url), maxReconnectAttempts: -1 });
  return { js: jetstream(nc, { timeout: 10_000 }), jsm: await untilAnswered(() => jetstreamManager(nc!)) };
}

/** A young cluster has no leader yet. */
async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 50) throw error;
      await sleep(200);
    }
  }
}

describe.each<NatsVersion>(['2.9', 'current'])('three servers of version %s', (version) => {
  test('hold the same, and a copy that is read is that of its server', async () => {
    const clients = await startCluster(version);
    await untilAnswered(() => clients.jsm.streams.add({ name: 'S', subjects: ['s'], num_replicas: serversCount }));
    await Promise.all(Array.from({ length: messagesCount }, (_, i) => clients.js.publish('s', `message ${i}`)));
    const checked = servers.map(({ url, monitorUrl }) => ({ clientUrl: url, monitorUrl }));
    expect(await replicaFindings(clients, checked)).toEqual([]);
    const consumer = await addConsumer(clients, 'S');
    expect(consumer.server).toMatch(/^s[012]$/);
    const seqs: number[] = [];
    await readStream(clients, 'S', consumer, ({ seq }) => seqs.push(seq));
    expect(seqs).toEqual(Array.from({ length: messagesCount }, (_, i) => i + 1));
  }, 90_000);
});
