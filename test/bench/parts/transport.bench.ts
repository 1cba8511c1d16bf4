/** Our publisher and reader against the client's own, CPU of this process. Run: node dist/test/bench/parts/transport.bench.js (needs a nats-server program) */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { Publisher } from '#nats/messages/publisher';
import { StreamReader } from '#nats/messages/stream-reader';
import { ensureLog } from '#nats/streams/ensure-log';
import { startNats } from '../../../apps/afluente/run/nats-process.js';
import { cpuPerItem } from '../processes/cpu-per-item.js';

const messageCount = 200_000;
const clientMessages = 50_000;
const clientInFlight = 1_000;
const payload = new Uint8Array(200).fill(65);

async function publishOurs(nats: NatsClient): Promise<void> {
  const publisher = new Publisher(nats.nc);
  for (let i = 0; i < messageCount; i++) {
    const full = publisher.publish({ subject: 'bench', payload, msgId: `ours-${i}` });
    if (full) await full;
  }
  await publisher.flush();
  publisher.close();
}

async function publishClients(nats: NatsClient): Promise<void> {
  for (let at = 0; at < clientMessages; at += clientInFlight) {
    await Promise.all(
      Array.from({ length: clientInFlight }, (_, i) =>
        nats.js.publish('bench', payload, { msgID: `client-${at + i}` }),
      ),
    );
  }
}

async function readOurs(nats: NatsClient): Promise<void> {
  let left = messageCount;
  await new Promise<void>((resolve) => {
    const reader = new StreamReader(
      nats,
      { stream: 'bench', startSeq: 1, batchMessages: 5_000, batchBytes: 4 * 1024 * 1024 },
      {
        hasRoom: () => true,
        onError: (error) => process.stderr.write(`${error.message}\n`),
        onFailure: (error) => process.stderr.write(`${error.message}\n`),
        onMessage: (message) => {
          if (message.data.length > 0 && --left === 0) {
            reader.close();
            resolve();
          }
        },
      },
    );
  });
}

async function readClients(nats: NatsClient): Promise<void> {
  const consumer = await nats.js.consumers.get('bench');
  let left = messageCount;
  await new Promise<void>((resolve, reject) => {
    const consuming = consumer.consume({
      max_messages: 10_000,
      callback: (message) => {
        if (message.data.length > 0 && message.seq > 0 && --left === 0)
          void consuming.then((messages) => messages.close()).then(() => resolve(), reject);
      },
    });
  });
}

const folder = mkdtempSync(join(tmpdir(), 'afluente-bench-'));
const server = await startNats(join(folder, 'nats'), folder);
const nats = await connectNats(server.url, 'transport.bench');
try {
  await ensureLog(nats, 'bench', ['bench'], { bytesMax: 1024 ** 3, replicas: 1 });
  await cpuPerItem('publish with msgId: Publisher', messageCount, () => publishOurs(nats));
  await cpuPerItem("read once: the client's ordered consumer", messageCount, () => readClients(nats));
  await cpuPerItem('read once: StreamReader', messageCount, () => readOurs(nats));
  await cpuPerItem("publish with msgID: the client's publish", clientMessages, () => publishClients(nats));
} finally {
  await nats.nc.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
