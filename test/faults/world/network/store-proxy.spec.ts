/** What a store's client hears, and what the store did all the same. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { StoreProxy } from './store-proxy.js';

let server: Server;
let proxy: StoreProxy;
let done: string[] = [];

beforeAll(async () => {
  server = createServer((asked, answer) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => {
      done.push(`${asked.method} ${asked.url} ${asked.headers.host} ${Buffer.concat(chunks).toString()}`);
      answer.setHeader('ETag', 'x').end('stored');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  proxy = await StoreProxy.start(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await proxy.close();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});
afterEach(() => {
  proxy.repair();
  done = [];
});

const put = (): Promise<Response> => fetch(`${proxy.endpoint}/lake/key?x=1`, { method: 'PUT', body: 'bytes' });
const stored = (): string[] => [`PUT /lake/key?x=1 ${new URL(proxy.endpoint).host} bytes`];

describe('a proxy of a store', () => {
  test('hands on requests as they were signed, and answers', async () => {
    const answer = await put();
    expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([200, 'x', 'stored']);
    expect(done).toEqual(stored());
  });

  test('refuses without asking', async () => {
    proxy.begin({ kind: 'refuse' });
    expect((await put()).status).toBe(500);
    expect(done).toEqual([]);
  });

  test('says that it failed when it did not', async () => {
    proxy.begin({ kind: 'fail-late' });
    expect((await put()).status).toBe(500);
    expect(done).toEqual(stored());
  });

  test('swallows answers, and breaks the connection when it is repaired', async () => {
    proxy.begin({ kind: 'swallow' });
    const answer = put().then(
      () => 'answered',
      () => 'broken',
    );
    while (done.length === 0 || proxy.withheld === 0) await new Promise((turn) => setImmediate(turn));
    expect(done).toEqual(stored());
    proxy.repair();
    expect(await answer).toBe('broken');
    expect(proxy.troubled).toBe(3);
  });

  test('answers late', async () => {
    proxy.begin({ kind: 'slow', delayMs: 120 });
    const startedMs = performance.now();
    expect((await put()).status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThan(100);
  });
});
