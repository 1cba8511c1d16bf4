/** Whether a log of former partitions was read to its end. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { subjectOf } from '#frame/log-name';
import { connectNats } from '#nats/connection/connection';
import type { Nats } from '#nats/ground/nats';
import { LogWriter } from '#nats/messages/log-writer';
import { ensureLog } from '#nats/streams/ensure-log';
import { lastFrame } from '#nats/streams/last-frame';
import { parsePipeline } from '#pipeline/checks/parse-pipeline';
import { topologyOf } from '#stages/topology/topology';
import { type NatsServer, startNats } from '../../../test/support/nats-server.js';
import { headBetweenSteps } from '../log-task/output-head.js';
import { InputOrder } from './input-order.js';

const yaml = `apiVersion: afluente/v1
name: shop
sources: { orders: { subjects: [shop.orders], partitions: [1, 2], contract: order.json, id: id, key: id, eventTime: { field: at } } }
`;
let server: NatsServer;
let nats: Nats;

beforeAll(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'input-order.spec');
});

afterAll(async () => {
  await nats.nc.close();
  await server.stop();
});

test('frames that came after the log was looked at are not taken as read because the newest one closes it', async () => {
  const parsed = parsePipeline(yaml, 'pipeline.yaml', () =>
    JSON.stringify({ type: 'object', properties: { id: {}, at: {} } }),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const topology = topologyOf({ pipeline: parsed.pipeline, enriched: {} });
  const logs = [
    { pipeline: 'shop', stage: 'valid' as const, origin: 'orders', generation: 0, partition: 0 },
    { pipeline: 'shop', stage: 'valid' as const, origin: 'orders', generation: 1, partition: 0 },
  ];
  const settings = { bytesMax: 1_000_000, replicas: 1 };
  const facts = await Promise.all(
    ['former', 'present'].map((stream, at) => ensureLog(nats, stream, [subjectOf(logs[at]!)], settings)),
  );
  const writer = new LogWriter(nats, 'former', subjectOf(logs[0]!), undefined, 0);
  const append = (closed: boolean) =>
    writer.append(
      headBetweenSteps(
        [{ stream: 'raw', created: 'once', seq: 1, hash: '0'.repeat(32) }],
        undefined,
        { watermarkMs: null, idle: false, more: false, ...(closed && { closed }) },
        'v',
      ),
      [],
      true,
    ).stored;
  await append(false);
  const seen = { ...facts[0]!, lastSeq: 1 };
  await append(false);
  await append(true);
  const read = async (seq: number, stood = { ...seen, lastSeq: 3 }): Promise<boolean> => {
    const hash = (await lastFrame(nats, 'former', subjectOf(logs[0]!)))!.hash;
    const order = await InputOrder.of(
      { nats, topology },
      logs,
      [stood, facts[1]!],
      [
        { stream: 'former', created: stood.created, seq, hash },
        { stream: 'present', created: facts[1]!.created, seq: 0, hash: undefined },
      ],
    );
    return order.isDue(1);
  };
  expect([await read(1, seen), await read(1), await read(2), await read(3)]).toEqual([false, false, false, true]);
});
