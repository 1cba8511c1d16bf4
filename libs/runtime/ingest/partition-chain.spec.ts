/** The chain of a raw log tells of silence as often as it must, and no more. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectNats } from '#nats/connection/connection';
import type { Nats } from '#nats/ground/nats';
import { LogWriter } from '#nats/messages/log-writer';
import { ensureLog } from '#nats/streams/ensure-log';
import { lastFrame } from '#nats/streams/last-frame';
import { type NatsServer, startNats } from '../../../test/support/nats-server.js';
import { PartitionChain } from './partition-chain.js';

const every = 2_000;
const quietFor = 10_000;
const event = {
  bytes: Buffer.from('{}'),
  start: 0,
  end: 2,
  subject: 's',
  msgId: undefined,
  seq: 1,
  index: 0,
  arrivedUs: 0,
};
let server: NatsServer;
let nats: Nats;

beforeAll(async () => {
  server = await startNats();
  nats = await connectNats(server.url, 'partition-chain.spec');
});

afterAll(async () => {
  await nats.nc.close();
  await server.stop();
});

async function openChain(stream: string, nowMs: number) {
  const { lastSeq } = await ensureLog(nats, stream, [stream], { bytesMax: 1_000_000, replicas: 1 });
  const last = await lastFrame(nats, stream, stream);
  const writer = new LogWriter(nats, stream, stream, last, lastSeq);
  const chain = new PartitionChain(writer, { front: 'front', created: 'once', logic: 'v' }, last, 0, nowMs, {
    onStored: () => undefined,
    onFailure: (error) => {
      throw error;
    },
  });
  const framesOf = (fromMs: number, toMs: number, seq = 1): number => {
    const before = writer.seq;
    for (let atMs = fromMs; atMs <= toMs; atMs += every / 2) chain.idle(seq, every, quietFor, atMs);
    return writer.seq - before;
  };
  return { chain, framesOf };
}

describe('a partition that falls silent', () => {
  test('is not told quiet in quick succession, however short its silence', async () => {
    const { chain } = await openChain('brief', 0);
    const told: number[] = [];
    for (let atMs = 0; atMs < 5_000; atMs += 100) {
      const { seq } = (await lastFrame(nats, 'brief', 'brief')) ?? { seq: 0 };
      chain.idle(1, 300, quietFor, atMs);
      await chain.settle();
      if (((await lastFrame(nats, 'brief', 'brief'))?.seq ?? 0) > seq) told.push(atMs);
    }
    expect(told).toEqual([300, 2_300, 4_300]);
  });

  test('is told quiet less often the longer the silence lasts, and when the last window closes', async () => {
    const { chain } = await openChain('long', 0);
    const told: number[] = [];
    for (let atMs = 0; atMs <= 200_000; atMs += 500) {
      const { seq } = (await lastFrame(nats, 'long', 'long')) ?? { seq: 0 };
      chain.idle(1, 1_000, 150_000, atMs);
      await chain.settle();
      if (((await lastFrame(nats, 'long', 'long'))?.seq ?? 0) > seq) told.push(atMs);
    }
    const gaps = told.slice(1, -1).map((atMs, i) => atMs - told[i]!);
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
    expect(gaps[0]).toBe(2_000);
    expect(gaps.at(-1)).toBeGreaterThan(10_000);
    expect(told.at(-1)).toBe(151_000);
  });

  test('is told quiet until its windows have closed, then no frame is written any more', async () => {
    const { chain, framesOf } = await openChain('silent', 0);
    chain.add(event, 0);
    chain.flush(1, 0, 0, 0);
    expect(framesOf(every / 2, quietFor + every)).toBe(6);
    expect(framesOf(quietFor + 2 * every, quietFor + 60 * every)).toBe(0);
    await chain.settle();
    expect((await lastFrame(nats, 'silent', 'silent'))?.head).toMatchObject({ idle: true, clockMs: quietFor + every });
  });

  test('is told quiet again after a frame that only moved its position', async () => {
    const { chain, framesOf } = await openChain('covered', 0);
    expect(framesOf(0, quietFor * 2)).toBeGreaterThan(0);
    chain.flush(9, 0, 0, quietFor * 2);
    expect(framesOf(quietFor * 2 + every, quietFor * 4, 9)).toBe(1);
    await chain.settle();
  });

  test('is told quiet after a start long after its last event, when the silence was watched for a while', async () => {
    const before = await openChain('restarted', 0);
    before.chain.add(event, 0);
    before.chain.flush(1, 0, 0, 0);
    await before.chain.settle();
    const startMs = 3_600_000;
    const { chain, framesOf } = await openChain('restarted', startMs);
    expect(framesOf(startMs, startMs + every - 1)).toBe(0);
    expect(framesOf(startMs + every, startMs + quietFor)).toBeGreaterThan(0);
    await chain.settle();
  });

  test('is not told quiet at a place before what it covers already', async () => {
    const { chain } = await openChain('ahead', 0);
    chain.add({ ...event, seq: 40 }, 0);
    chain.flush(40, 0, 0, 0);
    chain.idle(12, every, quietFor, every);
    expect(chain.covered).toEqual({ seq: 40, events: 0 });
    chain.idle(41, every, quietFor, every);
    expect(chain.covered).toEqual({ seq: 41, events: 0 });
    await chain.settle();
  });
});
