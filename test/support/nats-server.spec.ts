/** The NATS fixture keeps its promises: fresh servers, kill -9 without loss of the store, nothing left behind. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { type NatsOptions, type NatsServer, type NatsVersion, startNats } from './nats-server.js';

/** The compatibility versions may have to be downloaded. */
const downloadMsMax = 300_000;
let servers: NatsServer[] = [];

async function start(options?: NatsOptions): Promise<NatsServer> {
  const server = await startNats(options);
  servers.push(server);
  return server;
}

afterEach(async () => {
  for (const server of servers) await server.stop();
  servers = [];
});

async function publish(server: NatsServer, stream: string): Promise<number> {
  const connection = await connect({ servers: server.url });
  try {
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: stream, subjects: [stream] });
    return (await jetstream(connection).publish(stream, 'x')).seq;
  } finally {
    await connection.close();
  }
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe('a nats-server for tests', () => {
  test('stores messages in JetStream', async () => {
    expect(await publish(await start(), 'a')).toBe(1);
  });

  test('keeps its store, port and address over kill and restart', async () => {
    const server = await start();
    const firstPid = server.pid;
    await publish(server, 'a');
    await server.kill();
    expect(isAlive(firstPid)).toBe(false);
    await server.restart();
    expect(server.pid).not.toBe(firstPid);
    expect(await publish(server, 'a')).toBe(2);
  });

  test('leaves no process and no directory behind', async () => {
    const server = await startNats();
    const pid = server.pid;
    await server.stop();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(dirname(server.storeDir))).toBe(false);
  });

  test('follows a configuration given as an object', async () => {
    const server = await start({ config: { max_payload: 4321 } });
    const connection = await connect({ servers: server.url });
    expect(connection.info?.max_payload).toBe(4321);
    await connection.close();
  });

  test('shows the log of a server that cannot start', async () => {
    await expect(startNats({ config: 'no_such_block {' })).rejects.toThrow(/log ends with:[\s\S]*Parse error/);
  });

  test.each<[NatsVersion, RegExp]>([
    ['2.9', /^2\.9\./],
    ['2.10', /^2\.10\./],
    ['current', /^2\.1[1-9]\./],
  ])(
    'runs as version %s',
    async (version, pattern) => {
      const server = await start({ version });
      const connection = await connect({ servers: server.url });
      expect(connection.info?.version).toMatch(pattern);
      await connection.close();
    },
    downloadMsMax,
  );
});
