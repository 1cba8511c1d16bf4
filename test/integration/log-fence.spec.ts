/** The fence of a log, on every version of the server: one writer extends it, and no other gets between its frames. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { AppendError } from '#nats/messages/log-writer';
import { ensureLog } from '#nats/streams/ensure-log';
import { lastFrame } from '#nats/streams/last-frame';
import { streamInfo } from '#nats/streams/stream-info';
import { type NatsServer, type NatsVersion, startNats } from '../support/nats-server.js';
import { appendTexts, headOf, openReader, openWriter, range, textOf, textSection } from './support/frames.js';

const startMsMax = 300_000;

describe.each<NatsVersion>(['2.9', '2.10', 'current'])('the fence (NATS %s)', (version) => {
  let server: NatsServer;
  let nats: NatsClient;
  beforeAll(async () => {
    server = await startNats({ version });
    nats = await connectNats(server.url, 'log-fence.spec');
  }, startMsMax);
  afterAll(async () => {
    await nats.nc.close();
    await server.stop();
  });

  test('guards a log that many services make at the same moment', async () => {
    const services = await Promise.all(Array.from({ length: 8 }, () => connectNats(server.url, 'log-fence.spec')));
    for (let round = 0; round < 100; round++) {
      const made = await Promise.all(
        services.map((service) =>
          ensureLog(service, `made${round}`, [`made.${round}`], { bytesMax: 1_000_000, replicas: 1 }),
        ),
      );
      expect(new Set(made.map(({ created }) => created)).size).toBe(1);
    }
    await Promise.all(services.map(({ nc }) => nc.close()));
  });

  test('takes 500 frames appended at once, in order', async () => {
    await appendTexts(await openWriter(nats, 'chain'), range(500));
    const { reader, take } = await openReader(nats, 'chain');
    const frames = await take(500);
    reader.close();
    expect(frames.map(textOf)).toEqual(range(500));
    expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, i) => i + 1));
    for (const [i, { head }] of frames.entries()) expect(head.prev).toBe(frames[i - 1]?.hash ?? '');
  });

  test('refuses a second writer, whose frames never come between those of the first', async () => {
    const [first, second] = [await openWriter(nats, 'rivals'), await openWriter(nats, 'rivals')];
    await appendTexts(first, ['a', 'b']);
    const refused = ['x', 'y', 'z'].map(
      (text) => second.append(headOf(second.seq + 1, 'second'), [textSection(text)]).stored,
    );
    for (const outcome of await Promise.allSettled(refused))
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(AppendError) });
    await second.settle();
    await appendTexts(first, ['c']);
    const { reader, take } = await openReader(nats, 'rivals');
    expect((await take(3)).map(textOf)).toEqual(['a', 'b', 'c']);
    reader.close();
    expect((await lastFrame(nats, 'rivals', 'rivals'))?.seq).toBe(3);
  });

  test('lets the loser go on after it has read the last frame', async () => {
    const [first, second] = [await openWriter(nats, 'loser'), await openWriter(nats, 'loser')];
    await appendTexts(first, ['a']);
    await expect(second.append(headOf(1), [textSection('x')]).stored).rejects.toThrow(AppendError);
    await appendTexts(await openWriter(nats, 'loser'), ['b']);
    await expect(first.append(headOf(9), [textSection('y')]).stored).rejects.toThrow(AppendError);
    const { reader, take } = await openReader(nats, 'loser');
    expect((await take(2)).map(textOf)).toEqual(['a', 'b']);
    reader.close();
  });

  test('stops the whole chain behind a frame that was refused', async () => {
    const [first, second] = [await openWriter(nats, 'behind'), await openWriter(nats, 'behind')];
    await appendTexts(first, ['a']);
    const stored = range(50).map((text) => second.append(headOf(second.seq + 1), [textSection(text)]).stored);
    const outcomes = await Promise.allSettled(stored);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect((await streamInfo(nats, 'behind'))?.state.last_seq).toBe(1);
  });
});
