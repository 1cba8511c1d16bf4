/** Whether a front stream is the one that was read, on a server that forgets when streams were created. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StreamFacts } from '#frame/lineage';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { getMessage } from '#nats/streams/get-message';
import { factsOf, streamInfo } from '#nats/streams/stream-info';
import { type NatsServer, startNats } from '../../../test/support/nats-server.js';
import { type FrontPosition, incarnationRead } from './front-message.js';

let server: NatsServer;
let nats: NatsClient;

beforeAll(async () => {
  server = await startNats({ version: '2.9' });
  nats = await connectNats(server.url, 'front-message.spec');
});

afterAll(async () => {
  await nats.nc.close();
  await server.stop();
});

async function make(stream: string, messages: number): Promise<void> {
  await nats.jsm.streams.add({ name: stream, subjects: [stream] });
  for (let i = 0; i < messages; i++) await nats.js.publish(stream, String(i));
}

const facts = async (stream: string): Promise<StreamFacts> => factsOf((await streamInfo(nats, stream))!);

async function read(stream: string, seq: number): Promise<FrontPosition> {
  const { created } = await facts(stream);
  return { created, seq, newest: { seq, storedMs: (await getMessage(nats, stream, { seq }))!.time.getTime() } };
}

async function restart(): Promise<void> {
  await server.kill();
  await server.restart();
  while (
    !(await nats.nc.rtt().then(
      () => true,
      () => false,
    ))
  )
    await sleep(20);
}

test('a stream that was edited between two restarts is the same, as long as the newest message that was read is there', async () => {
  await make('edited', 5);
  const position = await read('edited', 3);
  await restart();
  await nats.jsm.streams.update('edited', { max_msgs: 1_000 });
  await restart();
  const front = await facts('edited');
  expect(front.created).not.toBe(position.created);
  expect(await incarnationRead(nats, front, [position])).toBe(position.created);
  // A log that has not moved on for long is of the same stream, by the word of another; and its own tail counts.
  const behind = { ...position, seq: 1, newest: undefined };
  expect(await incarnationRead(nats, front, [behind, position])).toBe(position.created);
  await expect(incarnationRead(nats, front, [{ ...behind, seq: 9 }, position])).rejects.toThrow('lost its tail');
  await nats.jsm.streams.purge('edited', { seq: 4 });
  await expect(incarnationRead(nats, await facts('edited'), [position])).rejects.toThrow('edited was recreated');
});

test('one that was made again is another, also under the incarnation of the first and with more messages', async () => {
  await make('again', 3);
  const position = await read('again', 2);
  await nats.jsm.streams.delete('again');
  await make('again', 6);
  const { created } = await facts('again');
  await expect(incarnationRead(nats, await facts('again'), [{ ...position, created }])).rejects.toThrow(
    'again was recreated, or restored from another copy: its message 2 is not the one that was read',
  );
  await expect(
    incarnationRead(nats, await facts('again'), [{ ...position, created, newest: undefined, seq: 7 }]),
  ).rejects.toThrow('lost its tail, or was recreated');
});

test('one whose messages were trimmed is the same by its incarnation, and an unread one has any', async () => {
  await make('trimmed', 4);
  const position = await read('trimmed', 4);
  await nats.jsm.streams.purge('trimmed');
  const front = await facts('trimmed');
  expect(await incarnationRead(nats, front, [position])).toBe(front.created);
  expect(await incarnationRead(nats, front, [])).toBe(front.created);
});
