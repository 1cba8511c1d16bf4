/** The network's own faults: cut, frozen both ways, frozen one way, and whole again. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TcpProxy } from './tcp-proxy.js';

const stillMs = 150;
let server: Server;
let proxy: TcpProxy;
let clients: Socket[];
/** What reached the server. */
let arrived: string;

beforeEach(async () => {
  arrived = '';
  clients = [];
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      arrived += bytes.toString();
      socket.write(bytes);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  proxy = await TcpProxy.start((server.address() as AddressInfo).port);
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  await proxy.close();
  await new Promise((closed) => server.close(closed));
});

/** A client, and all that it heard. */
async function client(): Promise<{ socket: Socket; heard: () => string; ended: Promise<unknown> }> {
  const socket = connect(proxy.port, '127.0.0.1');
  clients.push(socket);
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString())).on('error', () => undefined);
  const ended = new Promise((resolve) => socket.once('close', resolve));
  await Promise.race([new Promise<void>((resolve) => socket.once('connect', resolve)), ended]);
  return { socket, heard: () => text, ended };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

describe('a proxy', () => {
  test('hands on what both sides say', async () => {
    const { socket, heard } = await client();
    socket.write('hello');
    await until(() => heard() === 'hello');
  });

  test('that is cut ends its connections and refuses new ones, until it is repaired', async () => {
    const first = await client();
    proxy.cut();
    await first.ended;
    await (await client()).ended;
    proxy.repair();
    const last = await client();
    last.socket.write('again');
    await until(() => last.heard() === 'again');
  });

  test('that is frozen delivers late what was said meanwhile, on new connections too', async () => {
    const old = await client();
    proxy.freeze('both');
    const fresh = await client();
    old.socket.write('a');
    fresh.socket.write('b');
    await sleep(stillMs);
    expect(arrived).toBe('');
    proxy.repair();
    await until(() => old.heard() === 'a' && fresh.heard() === 'b');
  });

  test('whose answers are frozen lets requests through', async () => {
    const { socket, heard } = await client();
    proxy.freeze('answers');
    socket.write('done');
    await until(() => arrived === 'done');
    await sleep(stillMs);
    expect(heard()).toBe('');
    proxy.repair();
    await until(() => heard() === 'done');
  });
});
