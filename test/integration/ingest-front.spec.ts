/** Ingest and its front stream on a real server: read whole and once whatever fails, trimmed when it is our own, and a halt where something is missing. */
import { expect, test } from '@jest/globals';
import { ensureLog } from '#nats/streams/ensure-log';
import { streamInfo, trimThrough } from '#nats/streams/stream-info';
import { event, front, ingestBench } from './support/ingest-bench.js';
import { pipelineOf, until } from './support/runtime.js';

const on = ingestBench('ingest-front.spec');

test('a stream of the user is read by its filter, with gaps, and never changed', async () => {
  await on.open(pipelineOf('stream: USERS\n    filter: in.*'));
  await on.nats.jsm.streams.add({ name: 'USERS', subjects: ['in.*', 'out.*'] });
  for (let i = 1; i <= 30; i++) await on.publish(event(i), i % 3 === 0 ? 'out.x' : 'in.x');
  for (const seq of [1, 5, 7, 8]) await on.nats.jsm.streams.deleteMessage('USERS', seq);
  on.run();
  const wanted = Array.from({ length: 30 }, (_, i) => i + 1).filter((i) => i % 3 !== 0 && ![1, 5, 7, 8].includes(i));
  await until(async () => (await on.rawEvents()).length >= wanted.length);
  await on.running.stop();
  for (let i = 31; i <= 33; i++) await on.publish(event(i), 'in.x');
  on.run();
  await until(async () => (await on.rawEvents()).length >= wanted.length + 3);
  expect((await on.rawEvents()).map(({ seq }) => seq)).toEqual([...wanted, 31, 32, 33]);
  expect((await streamInfo(on.nats, 'USERS'))?.state.messages).toBe(33 - 4);
});

test('nothing is lost or repeated when the server is killed and when the task fails in between', async () => {
  await on.open();
  await ensureLog(on.nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  on.run();
  let killed = false;
  for (let i = 0; i < 2_000; i++) {
    for (let stored = false; !stored; )
      stored = await on.publish(i % 3 === 0 ? `[${event(`${i}a`)},${event(`${i}b`)}]` : event(i), 'in.a', `m${i}`).then(
        () => true,
        () => false,
      );
    if (i === 700 && !killed) {
      killed = true;
      await on.server.kill();
      await on.server.restart();
    }
  }
  await on.caughtUp();
  const found = await on.rawEvents();
  const places = found.map(({ seq, index }) => `${seq}.${index}`);
  expect(new Set(places).size).toBe(places.length);
  const ids = found.map(({ text }) => (JSON.parse(text) as { id: string }).id);
  expect(ids.sort()).toEqual(
    Array.from({ length: 2_000 }, (_, i) => (i % 3 === 0 ? [`${i}a`, `${i}b`] : [String(i)]))
      .flat()
      .sort(),
  );
}, 60_000);

test('the own front stream is trimmed behind what is stored, and only there', async () => {
  await on.open();
  await ensureLog(on.nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  on.run();
  for (let i = 0; i < 100; i++) await on.publish(event(i));
  await until(async () => (await streamInfo(on.nats, front))?.state.messages === 0);
  await on.publish(event('after'));
  await on.caughtUp();
  expect((await on.rawEvents()).map(({ seq }) => seq)).toEqual(Array.from({ length: 101 }, (_, i) => i + 1));
});

test('halts when the front stream was made again, or lost events before they were read', async () => {
  await on.open();
  await ensureLog(on.nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  for (let i = 0; i < 5; i++) await on.publish(event(i));
  on.run();
  await on.caughtUp();
  await on.running.stop();
  for (let i = 0; i < 5; i++) await on.publish(event(i));
  await trimThrough(on.nats, front, 8);
  on.run();
  await until(() => on.running.halted() !== undefined);
  expect(on.running.halted()?.message).toMatch(
    /3 messages before 9 are missing from .*deleted before ingest read them/,
  );
  await on.running.stop();
  await on.nats.jsm.streams.delete(front);
  on.run();
  await until(() => on.running.halted() !== undefined);
  expect(on.running.halted()?.message).toContain('was recreated');
});

test('halts when the front stream is made again while it runs', async () => {
  await on.open();
  await ensureLog(on.nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  on.run();
  for (let i = 0; i < 5; i++) await on.publish(event(i));
  await on.caughtUp();
  const { config } = await on.nats.jsm.streams.info(front);
  await on.nats.jsm.streams.delete(front);
  await on.nats.jsm.streams.add(config);
  for (let i = 0; i < 2; i++) await on.publish(event(`new ${i}`));
  await until(() => on.running.halted() !== undefined);
  expect(on.running.halted()?.message).toContain('was recreated');
  expect((await on.rawEvents()).map(({ text }) => text).filter((text) => text.includes('new'))).toEqual([]);
}, 30_000);

test('halts at a message that is missing from its own front stream, until told to go on without it', async () => {
  await on.open();
  await ensureLog(on.nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  for (let i = 0; i < 6; i++) await on.publish(event(i));
  await on.nats.jsm.streams.deleteMessage(front, 3);
  on.run();
  await until(() => on.running.halted() !== undefined);
  expect(on.running.halted()?.message).toMatch(/1 messages before 4 are missing .*AFL_ACCEPT_FRONT_GAPS=true/);
  await on.running.stop();
  on.replaceTask({ acceptFrontGaps: true });
  on.run();
  await on.caughtUp();
  expect((await on.rawEvents()).map(({ seq }) => seq)).toEqual([1, 2, 4, 5, 6]);
});
