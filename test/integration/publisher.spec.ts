/** The producer's side: every message is stored once, whatever the server does meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connectNats } from '#nats/connection/connection';
import type { Nats } from '#nats/ground/nats';
import { Publisher } from '#nats/messages/publisher';
import { ensureLog } from '#nats/streams/ensure-log';
import { getMessage } from '#nats/streams/get-message';
import { streamInfo, trimThrough } from '#nats/streams/stream-info';
import { type NatsServer, startNats } from '../support/nats-server.js';

let server: NatsServer;
let nats: Nats;
let publisher: Publisher;
beforeEach(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'publisher.spec');
});
afterEach(async () => {
  publisher.close();
  await nats.nc.close();
  await server.stop();
});

async function open(bytesMax = 64 * 1024 * 1024, inFlightMax = 500): Promise<void> {
  await ensureLog(nats, 'front', ['events.>'], { bytesMax, replicas: 1 });
  publisher = new Publisher(nats.nc, { inFlightMax, ackTimeoutMs: 1_000 });
}

async function publishMany(count: number, payload: (i: number) => string = (i) => `{"i":${i}}`): Promise<void> {
  for (let i = 0; i < count; i++)
    await publisher.publish({ subject: 'events.a', payload: Buffer.from(payload(i)), msgId: `m${i}` });
  await publisher.flush();
}

/** The ids of all stored messages. */
async function storedIds(): Promise<string[]> {
  const { first_seq: first, last_seq: last } = (await streamInfo(nats, 'front'))!.state;
  const seqs = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const messages = await Promise.all(seqs.map((seq) => getMessage(nats, 'front', { seq })));
  return messages.map((message) => message!.header.get('Nats-Msg-Id'));
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => `m${i}`);

test('every message is stored once though the server is killed in between', async () => {
  await open();
  const publishing = publishMany(3_000);
  while (((await streamInfo(nats, 'front'))?.state.last_seq ?? 0) < 500) await sleep(5);
  await server.kill();
  await server.restart();
  await publishing;
  expect((await storedIds()).sort()).toEqual(ids(3_000).sort());
}, 40_000);

test('a full stream makes the producer wait until there is room, and says so', async () => {
  await open(100_000);
  const publishing = publishMany(60, () => 'x'.repeat(5_000));
  const seen: string[] = [];
  let stored = false;
  void publishing.then(() => (stored = true));
  while (!stored) {
    await sleep(100);
    if (publisher.refusals.count === 0) continue;
    // Before the messages are read: what comes meanwhile was perhaps not seen.
    const { last_seq: through } = (await streamInfo(nats, 'front'))!.state;
    seen.push(...(await storedIds()));
    await trimThrough(nats, 'front', through);
  }
  seen.push(...(await storedIds()));
  expect(publisher.refusals.last).toMatch(/maximum bytes exceeded/);
  expect([...new Set(seen)].sort()).toEqual(ids(60).sort());
}, 40_000);

test('messages on a subject of no stream wait until one takes it', async () => {
  publisher = new Publisher(nats.nc, { inFlightMax: 10, ackTimeoutMs: 1_000 });
  const publishing = publishMany(3);
  while (publisher.refusals.count < 3) await sleep(20);
  expect(publisher.refusals.last).toBe('no stream takes this subject');
  await ensureLog(nats, 'front', ['events.>'], { bytesMax: 1_000_000, replicas: 1 });
  await publishing;
  expect((await storedIds()).sort()).toEqual(ids(3));
});

test('the same keys again store nothing', async () => {
  await open();
  await publishMany(100);
  await publishMany(100);
  expect(await storedIds()).toHaveLength(100);
});
