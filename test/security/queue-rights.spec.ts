/** With no more rights than `afluente permissions` prints, ingest reads a work queue of the user's and acknowledges what it has read. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { RetentionPolicy } from '@nats-io/jetstream';
import { inboxPrefixOf } from '#frame/log-name';
import { connectNats } from '#nats/connection/connection';
import { DurableConsumer } from '#nats/messages/durable-consumer';
import { StreamReader } from '#nats/messages/stream-reader';
import { pipelineUsers } from '#permissions/pipeline-users';
import { ingestTasks, topologyOf } from '#stages/topology/topology';
import { pipelineOf } from '../integration/support/runtime.js';
import type { NatsVersion } from '../support/nats/nats-options.js';
import { type NatsServer, startNats } from '../support/nats-server.js';

const waitsMax = 300;
const sent = ['in.1', 'in.2', 'other.1', 'in.3'];
let server: NatsServer;

afterEach(() => server.stop());

function serverWith(filter: string, version: NatsVersion) {
  const topology = topologyOf({ pipeline: pipelineOf(`stream: QUEUE${filter}`), enriched: {} });
  const ingest = pipelineUsers(topology).users.find(({ name }) => name === 'ingest')!;
  const rights = { publish: ingest.publish, subscribe: ingest.subscribe };
  const users = [
    { user: 'ingest', password: 'a', permissions: rights },
    { user: 'admin', password: 'b' },
  ];
  return { task: ingestTasks(topology)[0]!, started: startNats({ version, config: { authorization: { users } } }) };
}

const as = (user: string): string => server.url.replace('nats://', `nats://${user}@`);

test.each<[string, string, NatsVersion, readonly string[]]>([
  ['of all subjects', '', '2.9', sent],
  ['of one', '\n    filter: in.*', '2.9', ['in.1', 'in.2', 'in.3']],
  ['of one, on a current server', '\n    filter: in.*', 'current', ['in.1', 'in.2', 'in.3']],
  ['of several', '\n    filter: [in.*, other.*]', 'current', sent],
])('%s', async (_, filter, version, wanted) => {
  const { task, started } = serverWith(filter, version);
  server = await started;
  const admin = await connectNats(as('admin:b'), 'admin');
  const nats = await connectNats(as('ingest:a'), 'ingest', { inboxPrefix: inboxPrefixOf('test', 'ingest') });
  try {
    await admin.jsm.streams.add({ name: 'QUEUE', subjects: ['in.*', 'other.*'], retention: RetentionPolicy.Workqueue });
    for (const subject of sent) await admin.js.publish(subject, '{}');
    const { stream, consumer, filter: filterSubjects } = task.front;
    const durable = new DurableConsumer(nats, { stream, name: consumer, filterSubjects, unacknowledgedMax: undefined });
    const read: string[] = [];
    const fail = (error: Error): void => expect(error).toBeUndefined();
    const reader = new StreamReader(
      nats,
      { stream, startSeq: 1, batchMessages: 10, batchBytes: 1e6, consumer: durable },
      {
        onMessage: ({ subject }, { seq }) => {
          read.push(subject);
          durable.acknowledge(seq);
        },
        hasRoom: () => true,
        onError: fail,
        onFailure: fail,
      },
    );
    const left = async (): Promise<number> => (await admin.jsm.streams.info('QUEUE')).state.messages;
    for (let waits = 0; (await left()) > sent.length - wanted.length && waits < waitsMax; waits++) await sleep(20);
    reader.close();
    expect([read, await left()]).toEqual([wanted, sent.length - wanted.length]);
  } finally {
    await nats.nc.close();
    await admin.nc.close();
  }
});
