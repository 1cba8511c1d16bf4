/** One log on a real server: the reader sees every frame once or halts, whatever becomes of the server and of the log. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connectNats, watchReconnects } from '#nats/connection/connection';
import { HaltError } from '#nats/ground/halt-error';
import type { NatsClient } from '#nats/ground/nats';
import { AppendError } from '#nats/messages/log-writer';
import { streamInfo, trimThrough } from '#nats/streams/stream-info';
import { type NatsServer, startNats } from '../support/nats-server.js';
import {
  appendTexts,
  headOf,
  openReader,
  openWriter,
  type Reading,
  range,
  textOf,
  textSection,
} from './support/frames.js';

/** Resolves when the client has reached the server again. */
async function reconnected({ nc }: NatsClient): Promise<void> {
  while (
    !(await nc.rtt().then(
      () => true,
      () => false,
    ))
  )
    await sleep(50);
}

/** Frames on their way when a server is killed. */
const doubtfulFrames = 2_000;

describe('a log', () => {
  let server: NatsServer;
  let nats: NatsClient;
  const open: Reading[] = [];
  const read = async (...args: Parameters<typeof openReader>): Promise<Reading> => {
    const reading = await openReader(...args);
    open.push(reading);
    return reading;
  };
  beforeEach(async () => {
    server = await startNats();
    nats = await connectNats(server.url, 'log.spec');
    void watchReconnects(nats.nc, () => {
      for (const { reader } of open) reader.reopen();
    });
  });
  afterEach(async () => {
    for (const { reader } of open.splice(0)) reader.close();
    await nats.nc.close();
    await server.stop();
  });

  test('is read on from where it was, after the server was killed and came back', async () => {
    const writer = await openWriter(nats, 'log');
    await appendTexts(writer, range(10));
    const { take } = await read(nats, 'log');
    expect(await take(10)).toHaveLength(10);
    await server.kill();
    await server.restart();
    await reconnected(nats);
    await appendTexts(await openWriter(nats, 'log'), ['after']);
    expect((await take(1)).map(textOf)).toEqual(['after']);
  });

  test('has each frame once when the answers were lost with the server', async () => {
    let writer = await openWriter(nats, 'log');
    await appendTexts(writer, range(20));
    // More than can be stored until the signal has arrived, by whichever way it goes.
    const doubtful = Array.from(
      { length: doubtfulFrames },
      (_, i) => writer.append(headOf(21 + i), [textSection(`frame ${21 + i}`)]).stored,
    );
    const outcomes = Promise.allSettled(doubtful);
    await server.kill();
    await server.restart();
    expect((await outcomes).at(-1)).toMatchObject({ status: 'rejected', reason: expect.any(AppendError) });
    await writer.settle();
    writer = await openWriter(nats, 'log');
    const missing = Array.from({ length: 20 + doubtfulFrames - writer.seq }, (_, i) => `frame ${writer.seq + 1 + i}`);
    await appendTexts(writer, missing);
    const { take } = await read(nats, 'log');
    expect((await take(20 + doubtfulFrames)).map(textOf)).toEqual(range(20 + doubtfulFrames));
  }, 40_000);

  test('that is full refuses frames whole, and takes them when there is room again', async () => {
    let writer = await openWriter(nats, 'log', 100_000);
    const text = 'x'.repeat(10_000);
    writer.stopWaiting();
    const outcomes = await Promise.allSettled(
      range(20).map(() => writer.append(headOf(writer.seq + 1), [textSection(text)]).stored),
    );
    const stored = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(stored).toBeGreaterThan(5);
    expect(stored).toBeLessThan(10);
    // Nothing behind the first refusal got in.
    expect(outcomes.findIndex(({ status }) => status === 'rejected')).toBe(stored);
    expect(String((outcomes[stored] as PromiseRejectedResult).reason)).toMatch(/maximum bytes exceeded/);
    const { take } = await read(nats, 'log');
    const frames = await take(stored);
    await trimThrough(nats, 'log', stored - 1);
    writer = await openWriter(nats, 'log');
    await appendTexts(writer, ['drained']);
    const [next] = await take(1);
    expect(next).toMatchObject({ seq: stored + 1, head: { prev: frames.at(-1)!.hash } });
  });

  test('that is full is waited for: what was appended is stored when there is room', async () => {
    const writer = await openWriter(nats, 'log', 100_000);
    const stored = range(12).map(() => writer.append(headOf(writer.seq + 1), [textSection('x'.repeat(10_000))]).stored);
    await stored[7];
    await sleep(600);
    expect((await streamInfo(nats, 'log'))?.state.last_seq).toBeLessThan(10);
    await trimThrough(nats, 'log', 7);
    await Promise.all(stored);
    expect((await streamInfo(nats, 'log'))?.state).toMatchObject({ first_seq: 8, last_seq: 12 });
  });

  test('that is full keeps its oldest frame, whatever the size of the newest', async () => {
    for (let size = 300; size < 330; size++) {
      const writer = await openWriter(nats, `log${size}`, 20_000);
      writer.stopWaiting();
      const stored = range(60).map(() => writer.append(headOf(writer.seq + 1), [textSection('x'.repeat(size))]).stored);
      const outcomes = await Promise.allSettled(stored);
      expect(outcomes.at(-1)?.status).toBe('rejected');
      expect((await streamInfo(nats, `log${size}`))?.state.first_seq).toBe(1);
    }
  });

  test('gives its heads without payloads', async () => {
    await appendTexts(await openWriter(nats, 'log'), range(5));
    const { take } = await read(nats, 'log', {}, { headersOnly: true });
    const frames = await take(5);
    expect(frames.map(({ head, sections }) => [head.watermarkMs, head.sections[0]?.rows, sections.length])).toEqual(
      [1, 2, 3, 4, 5].map((n) => [n, 1, 0]),
    );
  });

  test('is read from any position with the hash of the frame there, and not with another', async () => {
    await appendTexts(await openWriter(nats, 'log'), range(5));
    const [, second] = await (await read(nats, 'log')).take(2);
    const { take } = await read(nats, 'log', { seq: 2, hash: second!.hash });
    expect((await take(3)).map(textOf)).toEqual(['frame 3', 'frame 4', 'frame 5']);
    const wrong = await read(nats, 'log', { seq: 2, hash: 'another' });
    await expect(wrong.take(1)).rejects.toThrow(/does not continue frame 2.*rewritten/);
  });

  test('halts its reader at a foreign message, after the frames before it', async () => {
    await appendTexts(await openWriter(nats, 'log'), ['a']);
    await nats.js.publish('log', 'hello');
    const { take } = await read(nats, 'log');
    expect((await take(1)).map(textOf)).toEqual(['a']);
    await expect(take(1)).rejects.toThrow(HaltError);
    await expect(openWriter(nats, 'log')).rejects.toThrow('is not a frame');
  });

  test('halts its reader where frames were trimmed before they were read', async () => {
    await appendTexts(await openWriter(nats, 'log'), range(5));
    await trimThrough(nats, 'log', 3);
    const { take } = await read(nats, 'log', { seq: 1 });
    await expect(take(1)).rejects.toThrow(/2 messages were deleted before they were read/);
  });

  test('halts its reader when it was deleted and made again', async () => {
    const writer = await openWriter(nats, 'log');
    await appendTexts(writer, range(3));
    const { take } = await read(nats, 'log');
    await take(3);
    await nats.jsm.streams.delete('log');
    await appendTexts(await openWriter(nats, 'log'), ['other 1', 'other 2']);
    await expect(take(1)).rejects.toThrow(/recreated/);
  }, 20_000);

  test('keeps within its buffer, and goes on as frames are taken', async () => {
    const text = 'y'.repeat(50_000);
    await appendTexts(
      await openWriter(nats, 'log'),
      range(100).map(() => text),
    );
    const { reader, take } = await read(nats, 'log', {}, { bufferBytesMax: 200_000 });
    await take(1);
    await sleep(300);
    // The server knows how many it has sent.
    const [consumer] = await nats.jsm.consumers.list('log').next();
    expect(consumer!.delivered.stream_seq).toBeLessThan(20);
    expect(await take(99)).toHaveLength(99);
    expect(reader.waiting).toBe(0);
  });
});

describe('a log of large frames', () => {
  test('is read though a frame is larger than the buffer', async () => {
    const server = await startNats({ config: { max_payload: 8 * 1024 * 1024 } });
    const nats = await connectNats(server.url, 'log.spec');
    try {
      const text = 'z'.repeat(6 * 1024 * 1024);
      await appendTexts(await openWriter(nats, 'log'), ['small', text, 'small again']);
      const { reader, take } = await openReader(nats, 'log', {}, { bufferBytesMax: 1024 * 1024 });
      expect((await take(3)).map((frame) => textOf(frame).length)).toEqual([5, text.length, 11]);
      reader.close();
    } finally {
      await nats.nc.close();
      await server.stop();
    }
  }, 30_000);
});
