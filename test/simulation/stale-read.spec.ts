/** The end of a log and its last frame come from two answers; when one of them is stale, nobody writes by it. */
import { expect, test } from '@jest/globals';
import type { Nats } from '#nats/ground/nats';
import { newestFrame } from '#nats/streams/last-frame';
import { factsOf, streamInfo, trimThrough } from '#nats/streams/stream-info';
import { appendTexts, openWriter } from '../integration/support/frames.js';
import { ModelClient } from './model/client/model-client.js';
import { ModelCluster } from './model/model-cluster.js';
import { profiles } from './model/profile.js';
import { realTimeline as timeline } from './model/timeline.js';

const cluster = new ModelCluster({ timeline, profile: profiles.current, servers: 1 });
const client = new ModelClient({ cluster, timeline, owner: { name: 'client' } }, cluster.servers[0]!);
/** A former leader that knows no messages answers some of the requests. */
const behind: Nats = {
  ...client,
  jsm: { ...client.jsm, streams: { ...client.jsm.streams, getMessage: async () => null } },
};
const facts = async () => factsOf((await streamInfo(client, 'log'))!);

test('a log is empty only when both answers say so', async () => {
  const writer = await openWriter(client, 'log');
  expect(await newestFrame(client, await facts(), 'log')).toBeUndefined();
  const stale = await facts();
  await appendTexts(writer, ['a', 'b']);
  expect((await newestFrame(client, await facts(), 'log'))?.seq).toBe(2);
  expect((await newestFrame(client, stale, 'log'))?.seq).toBe(2);
  await expect(newestFrame(behind, await facts(), 'log')).rejects.toThrow('a server that is behind');
  await trimThrough(client, 'log', 2);
  expect(await newestFrame(client, await facts(), 'log')).toBeUndefined();
});
