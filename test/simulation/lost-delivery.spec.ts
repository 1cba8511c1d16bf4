/** A message that gets lost between two servers of a cluster, with nothing behind it that would show the gap, is read all the same. */
import { expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { StreamReader } from '#nats/stream-reader';
import { calm } from './model/mishaps.js';
import { ModelClient } from './model/model-client.js';
import { ModelCluster } from './model/model-cluster.js';
import { profiles } from './model/profile.js';
import { realTimeline as timeline } from './model/timeline.js';
import { addStream, publish } from './conformance/observe.js';

test('the heartbeat behind a lost delivery shows that it is missing', async () => {
  let delivery = 0;
  const mishaps = { ...calm, losesDelivery: () => ++delivery === 2 };
  const cluster = new ModelCluster({ timeline, profile: profiles.current, servers: 1, mishaps });
  const client = new ModelClient({ cluster, timeline, owner: { name: 'client' }, mishaps }, cluster.servers[0]!);
  await addStream(client, 's');
  const read: number[] = [];
  const options = { stream: 's', startSeq: 1, batchMessages: 10, batchBytes: 100_000 };
  const reader = new StreamReader(client, options, { onMessage: (_, { seq }) => void read.push(seq), hasRoom: () => true, onError: () => undefined });
  for (const text of ['a', 'b']) await publish(client, { subject: 's', text });
  for (let waits = 0; read.length < 2 && waits < 400; waits++) await sleep(10);
  reader.close();
  await client.nc.close();
  cluster.lose(cluster.servers[0]!);
  expect(read).toEqual([1, 2]);
});
