/** What goes wrong on a message reaches whoever subscribed, over a real server; the connection hears on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BucketWatch } from '#nats/buckets/bucket-watch';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { Publisher } from '#nats/messages/publisher';
import { StreamReader } from '#nats/messages/stream-reader';
import { subscribe } from '#nats/messages/subscribe';
import { ensureLog } from '#nats/streams/ensure-log';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { appendTexts, openReader, openWriter, textOf } from './support/frames.js';
import { publishRaw } from './support/raw-publish.js';
import { until } from './support/runtime.js';

const odd = 'NATS/1.0\r\ntest header: x\r\n\r\n';
let server: NatsServer;
let nats: NatsClient;

beforeAll(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'guarded-callbacks.spec');
});
afterAll(async () => {
  await nats.nc.close();
  await server.stop();
});

test('a handler that throws is told so, and gets the next message', async () => {
  const [heard, failures]: [string[], string[]] = [[], []];
  const subscription = subscribe(nats.nc, 'throwing', {
    onMessage: (message) => {
      heard.push(message.string());
      throw heard.length === 1 ? new Error('boom') : 'no error at all';
    },
    onError: () => undefined,
    onFailure: ({ message }) => failures.push(message),
  });
  for (const text of ['a', 'b']) nats.nc.publish('throwing', text);
  await nats.nc.flush();
  expect([heard, failures]).toEqual([
    ['a', 'b'],
    ['boom', 'no error at all'],
  ]);
  subscription.unsubscribe();
});

test('a reader of a stream goes on behind a message on which its owner threw', async () => {
  await ensureLog(nats, 'throws', ['throws'], { bytesMax: 1e6, replicas: 1 });
  for (const text of ['a', 'b', 'c']) await nats.js.publish('throws', text);
  const [heard, failures]: [string[], string[]] = [[], []];
  // One message a pull: behind each of them somebody must ask for the next.
  const reader = new StreamReader(
    nats,
    { stream: 'throws', startSeq: 1, batchMessages: 1, batchBytes: 1e6 },
    {
      onMessage: (message) => {
        heard.push(message.string());
        if (heard.length < 3) throw new Error(`not ${message.string()}`);
      },
      hasRoom: () => true,
      onError: () => undefined,
      onFailure: ({ message }) => failures.push(message),
    },
  );
  await until(() => heard.length === 3);
  reader.close();
  expect([heard, failures]).toEqual([
    ['a', 'b', 'c'],
    ['not a', 'not b'],
  ]);
});

test('a message with odd headers in a log ends its reader with a reason, and no other', async () => {
  await appendTexts(await openWriter(nats, 'damaged'), ['1']);
  await appendTexts(await openWriter(nats, 'whole'), ['1']);
  const [damaged, whole] = [await openReader(nats, 'damaged'), await openReader(nats, 'whole')];
  await publishRaw(server.url, 'damaged', odd, 'x');
  await expect(damaged.take(2)).rejects.toThrow('message 2 of damaged is not a frame');
  await expect(openWriter(nats, 'damaged')).rejects.toThrow('message 2 of damaged is not a frame');
  await appendTexts(await openWriter(nats, 'whole'), ['2']);
  expect((await whole.take(2)).map(textOf)).toEqual(['1', '2']);
  for (const { reader } of [damaged, whole]) reader.close();
});

test('an entry of a bucket that cannot be read or used is left out, and told', async () => {
  const bucket = await nats.openBucket('entries', { replicas: 1 });
  const [seen, bad]: [string[], string[]] = [[], []];
  const watch = new BucketWatch(
    nats,
    await nats.openBucket('entries', { replicas: 1 }),
    ({ key, value }) => seen.push(`${key} ${JSON.parse(Buffer.from(value).toString()) as number}`),
    ({ name }) => bad.push(name),
  );
  await publishRaw(server.url, '$KV.entries.odd', odd, '1');
  await bucket.put('broken', '{');
  await bucket.put('fine', '2');
  await until(() => seen.length === 1);
  expect([seen, bad]).toEqual([['fine 2'], ['InvalidArgumentError', 'SyntaxError']]);
  await watch.ready;
  watch.close();
});

test('a publisher that may not hear its answers says so', async () => {
  const strict = await startNats({
    config: { authorization: { users: [{ user: 'u', password: 'p', permissions: { subscribe: ['_INBOX.>'] } }] } },
  });
  const url = strict.url.replace('nats://', 'nats://u:p@');
  const client = await connectNats(url, 'strict');
  const publisher = new Publisher(client.nc, { inboxPrefix: 'elsewhere' });
  try {
    await until(() => publisher.refusals.count > 0);
    expect(publisher.refusals.last).toMatch(/permissions violation/i);
    await sleep(50);
    // The connection still gets answers.
    await client.nc.flush();
  } finally {
    publisher.close();
    await client.nc.close();
    await strict.stop();
  }
});
