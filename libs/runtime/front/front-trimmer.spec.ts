/** Only the stream that was read is trimmed. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { ensureLog } from '#nats/streams/ensure-log';
import { type NatsServer, startNats } from '../../../test/support/nats-server.js';
import type { RuntimeContext } from '../cluster/context.js';
import { FrontTrimmer } from './front-trimmer.js';

let server: NatsServer;
let nats: NatsClient;

beforeAll(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'front-trimmer.spec');
});

afterAll(async () => {
  await nats.nc.close();
  await server.stop();
});

test('what nobody has read stays in a stream that was made again, with its description and settings', async () => {
  let nowMs = 0;
  const context = { nats, config: { streamReplicas: 1 }, now: () => (nowMs += 60_000) } as unknown as RuntimeContext;
  const trimmer = new FrontTrimmer(context, ['in']);
  const front = await ensureLog(nats, 'front', ['in'], { bytesMax: 1_000_000, replicas: 1 });
  const publish = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await nats.js.publish('in', String(i));
  };
  const held = async (): Promise<number> => (await nats.jsm.streams.info('front')).state.messages;
  await publish(5);
  await trimmer.run(front, 3);
  expect(await held()).toBe(2);
  await trimmer.run(front, 9);
  expect(await held()).toBe(2);
  const { config } = await nats.jsm.streams.info('front');
  await nats.jsm.streams.delete('front');
  await nats.jsm.streams.add(config);
  await publish(2);
  await expect(trimmer.run(front, 5)).rejects.toThrow('front was recreated');
  expect(await held()).toBe(2);
});
