/** A message that is delivered last and lost on its way, as between the servers of a cluster, is read all the same. */
import { expect, test } from '@jest/globals';
import { connectNats } from '#nats/connection/connection';
import type { Nats, NatsClient } from '#nats/ground/nats';
import { StreamReader } from '#nats/messages/stream-reader';
import { ensureLog } from '#nats/streams/ensure-log';
import { startNats } from '../support/nats-server.js';
import { until } from './support/runtime.js';

/** The same connection, except that one message of stream sequence `seq` never reaches its subscriber. */
function losing(nats: NatsClient, seq: number): Nats {
  let lost = false;
  const subscribe: Nats['nc']['subscribe'] = (subject, options) =>
    nats.nc.subscribe(subject, {
      ...options,
      callback: (error, message) => {
        if (!lost && message.reply?.split('.')[5] === String(seq)) lost = true;
        else void options?.callback?.(error, message);
      },
    });
  const nc: Nats['nc'] = {
    publish: nats.nc.publish.bind(nats.nc),
    subscribe,
    isClosed: () => nats.nc.isClosed(),
    close: () => nats.nc.close(),
    drain: () => nats.nc.drain(),
    getServer: () => nats.nc.getServer(),
    status: () => nats.nc.status(),
  };
  return { ...nats, nc };
}

test('a heartbeat tells that the last message was delivered and did not arrive', async () => {
  const server = await startNats();
  const nats = await connectNats(server.url, 'lost-delivery.spec');
  await ensureLog(nats, 'log', ['log'], { bytesMax: 1e6, replicas: 1 });
  for (const text of ['a', 'b', 'c']) await nats.js.publish('log', text);
  const read: string[] = [];
  const reader = new StreamReader(
    losing(nats, 3),
    { stream: 'log', startSeq: 1, batchMessages: 100, batchBytes: 1e6 },
    {
      onMessage: (message) => void read.push(Buffer.from(message.data).toString()),
      hasRoom: () => true,
      onError: () => undefined,
      onFailure: (error) => {
        throw error;
      },
    },
  );
  try {
    await until(() => read.length === 3);
    expect(read).toEqual(['a', 'b', 'c']);
  } finally {
    reader.close();
    await nats.nc.close();
    await server.stop();
  }
});
