/** Ingest over a real server: every event of every message stands once in a raw log, byte for byte. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import { streamOf } from '#frame/log-name';
import { partitionOf } from '#frame/partition';
import { connectNats, watchReconnects } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { ensureLog } from '#nats/streams/ensure-log';
import { streamInfo, trimThrough } from '#nats/streams/stream-info';
import type { RuntimeContext } from '#runtime/cluster/context';
import { IngestTask } from '#runtime/ingest/ingest-task';
import type { RawEvent } from '#stages/raw/raw-columns';
import { rawRows } from '#stages/raw/raw-rows';
import { ingestTasks, type IngestTask as Spec } from '#stages/topology/topology';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { openReader } from './support/frames.js';
import { publishRaw } from './support/raw-publish.js';
import { type KeptRunning, keepRunning, makeContext, pipelineOf, until } from './support/runtime.js';

const front = 'afl_test_front_events';
let server: NatsServer;
let nats: NatsClient;
let context: RuntimeContext;
let spec: Spec;
let task: IngestTask;
let running: KeptRunning | undefined;

async function open(pipeline = pipelineOf('subjects: [in.>]'), config?: object): Promise<void> {
  server = await startNats(config === undefined ? {} : { config: config as Record<string, unknown> });
  nats = await connectNats(server.url, 'ingest.spec');
  context = await makeContext(nats, pipeline);
  spec = ingestTasks(context.topology)[0]!;
  task = new IngestTask(context, spec, 1_000);
  void watchReconnects(nats.nc, () => task.onReconnect());
}
const run = (): void => {
  running = keepRunning(task, context);
};

beforeEach(() => {
  running = undefined;
});
afterEach(async () => {
  await running?.stop();
  context.board.close();
  await nats.nc.close();
  await server.stop();
});

type Pair = readonly [name: string, value: string | null];

interface Found extends RawEvent {
  readonly partition: number;
  readonly pairs: Pair[] | null;
  readonly text: string;
}

/** All events of the raw logs, in the order of the front stream. */
async function rawEvents(): Promise<Found[]> {
  const found: Found[] = [];
  for (const [partition, log] of spec.outputs.entries()) {
    const state = (await streamInfo(nats, streamOf(log)))?.state;
    if (!state || state.messages === 0) continue;
    const { reader, take } = await openReader(
      nats,
      streamOf(log),
      { seq: state.first_seq - 1 },
      { bufferBytesMax: 32 * 1024 * 1024 },
    );
    for (const { sections } of await take(state.messages)) {
      for (const { data } of sections) {
        const rows = rawRows(data);
        const lists = Array.from(
          tableFromIPC(data as Uint8Array<ArrayBuffer>).getChild('headers')!,
          (list: Iterable<{ name: string; value: string | null }> | null) =>
            list && Array.from(list, ({ name, value }): Pair => [name, value]),
        );
        for (let row = 0; row < rows.rows; row++) {
          const event = rows.event(row);
          found.push({
            ...event,
            partition,
            pairs: lists[row]!,
            text: Buffer.from(event.bytes.subarray(event.start, event.end)).toString(),
          });
        }
      }
    }
    reader.close();
  }
  return found.sort((a, b) => a.seq - b.seq || a.index - b.index);
}

const event = (id: number | string, user = `user ${id}`): string =>
  JSON.stringify({ id: String(id), user, at: '2026-01-01T00:00:00Z' });
const publish = (payload: string | Uint8Array, subject = 'in.a', msgID?: string) =>
  nats.js.publish(subject, payload, { timeout: 1_000, ...(msgID !== undefined && { msgID }) });
/** Resolves when ingest has stored everything the front stream has. */
const caughtUp = (stream = front): Promise<void> =>
  until(async () => task.status().inputs[0]?.position === (await streamInfo(nats, stream))?.state.last_seq);

test('single events, arrays, lines and nothing at all are laid out event by event', async () => {
  await open();
  await ensureLog(nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  await publish(event(1), 'in.one', 'key 1');
  await publish(`[ ${event(2)},\n${event(3)} ]`);
  await publish(`${event(4)}\n\n${event(5)}\r\n`);
  await publish('');
  await publish('{"broken');
  run();
  await caughtUp();
  const found = await rawEvents();
  expect(found.map(({ text, seq, index }) => [seq, index, text.trimEnd()])).toEqual([
    [1, 0, event(1)],
    [2, 0, event(2)],
    [2, 1, event(3)],
    [3, 0, event(4)],
    [3, 1, event(5)],
    [4, 0, ''],
    [5, 0, '{"broken'],
  ]);
  expect(found[0]).toMatchObject({ subject: 'in.one', msgId: 'key 1' });
  for (const { text, partition } of found.slice(0, 5))
    expect(partition).toBe(partitionOf((JSON.parse(text) as { user: string }).user, 2));
});

test('large events keep their bytes, in frames or as objects, and their order', async () => {
  const mb = 1024 * 1024;
  await open(undefined, { max_payload: 8 * mb });
  await ensureLog(nats, front, ['in.>'], { bytesMax: 1e9, replicas: 1 });
  const sizes = [100, 900_000, 5 * mb, 8 * mb - 2_000, 200, 8 * mb - 20_000, 300];
  const texts = sizes.map((size) => randomBytes(size / 2).toString('hex'));
  for (const text of texts) await publish(text);
  run();
  await caughtUp();
  const found = await rawEvents();
  expect(found.map(({ seq }) => seq)).toEqual(sizes.map((_, i) => i + 1));
  for (const [i, { text, ref }] of found.entries()) {
    const stored = ref === undefined ? text : Buffer.concat((await context.objects.getParts(ref))!.parts).toString();
    expect({ i, ref: ref !== undefined, same: stored === texts[i] }).toEqual({
      i,
      ref: sizes[i]! > 8 * mb - 16 * 1024,
      same: true,
    });
  }
}, 60_000);

test('every event keeps the headers of its message, byte for byte and in order', async () => {
  await open();
  await ensureLog(nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await publishRaw(
    server.url,
    'in.a',
    `NATS/1.0\r\nce-type: a\r\nNats-Msg-Id: key 1\r\nX-Multi: 1\r\ntraceparent: ${traceparent}\r\nX-Multi: 2\r\nx-empty:\r\n\r\n`,
    `${event(1)}\n${event(2)}`,
  );
  await publishRaw(
    server.url,
    'in.a',
    Buffer.from('NATS/1.0\r\nNats-Msg-Id: \xe9\r\nbad name: x\nno colon\r\nalone\r\n\r\n', 'latin1'),
    event(3),
  );
  await publish(event(4));
  run();
  await caughtUp();
  const found = await rawEvents();
  const first: Pair[] = [
    ['ce-type', 'a'],
    ['Nats-Msg-Id', 'key 1'],
    ['X-Multi', '1'],
    ['traceparent', traceparent],
    ['X-Multi', '2'],
    ['x-empty', ''],
  ];
  expect(found.map(({ pairs }) => pairs)).toEqual([
    first,
    first,
    [
      ['Nats-Msg-Id', '\uf7e9'],
      ['bad name', 'x\nno colon'],
      ['alone', null],
    ],
    [],
  ]);
  expect(found.map(({ msgId }) => msgId)).toEqual(['key 1', 'key 1', '\uf7e9', undefined]);
});

test('headers as large as the server takes stop nothing, and are no multiple of what was sent', async () => {
  await open();
  await ensureLog(nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  const colons = `NATS/1.0\r\n${':\r\n'.repeat(21_000)}\r\n`;
  const noise = Buffer.concat([
    Buffer.from('NATS/1.0\r\nNats-Msg-Id: '),
    Buffer.alloc(64_000, 0xff),
    Buffer.from('\r\n\r\n'),
  ]);
  const room = nats.payloadBytesMax - 64_100;
  for (const block of [colons, noise])
    await publishRaw(server.url, 'in.a', block, JSON.stringify({ id: 'x', user: 'u'.repeat(room - 100) }));
  await publishRaw(
    server.url,
    'in.a',
    `NATS/1.0\r\nlarge: ${'x'.repeat(60_000)}\r\n\r\n`,
    Array.from({ length: 5_000 }, (_, i) => event(i)).join('\n'),
  );
  await publish(event('next'));
  run();
  await caughtUp();
  const found = await rawEvents();
  expect(found).toHaveLength(2 + 5_000 + 1);
  expect(found.slice(0, 4).map(({ pairs, ref }) => [pairs?.length, ref !== undefined])).toEqual([
    [21_000, true],
    [1, true],
    [1, false],
    [undefined, false],
  ]);
  expect(found.slice(3, -1).every(({ pairs }) => pairs === null)).toBe(true);
}, 30_000);

test('a stream of the user is read by its filter, with gaps, and never changed', async () => {
  await open(pipelineOf('stream: USERS\n    filter: in.*'));
  await nats.jsm.streams.add({ name: 'USERS', subjects: ['in.*', 'out.*'] });
  for (let i = 1; i <= 30; i++) await publish(event(i), i % 3 === 0 ? 'out.x' : 'in.x');
  for (const seq of [1, 5, 7, 8]) await nats.jsm.streams.deleteMessage('USERS', seq);
  run();
  const wanted = Array.from({ length: 30 }, (_, i) => i + 1).filter((i) => i % 3 !== 0 && ![1, 5, 7, 8].includes(i));
  await until(async () => (await rawEvents()).length >= wanted.length);
  await running!.stop();
  for (let i = 31; i <= 33; i++) await publish(event(i), 'in.x');
  run();
  await until(async () => (await rawEvents()).length >= wanted.length + 3);
  expect((await rawEvents()).map(({ seq }) => seq)).toEqual([...wanted, 31, 32, 33]);
  expect((await streamInfo(nats, 'USERS'))?.state.messages).toBe(33 - 4);
});

test('nothing is lost or repeated when the server is killed and when the task fails in between', async () => {
  await open();
  await ensureLog(nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  run();
  let killed = false;
  for (let i = 0; i < 2_000; i++) {
    for (let stored = false; !stored; )
      stored = await publish(i % 3 === 0 ? `[${event(`${i}a`)},${event(`${i}b`)}]` : event(i), 'in.a', `m${i}`).then(
        () => true,
        () => false,
      );
    if (i === 700 && !killed) {
      killed = true;
      await server.kill();
      await server.restart();
    }
  }
  await caughtUp();
  const found = await rawEvents();
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
  await open();
  await ensureLog(nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  run();
  for (let i = 0; i < 100; i++) await publish(event(i));
  await until(async () => (await streamInfo(nats, front))?.state.messages === 0);
  await publish(event('after'));
  await caughtUp();
  expect((await rawEvents()).map(({ seq }) => seq)).toEqual(Array.from({ length: 101 }, (_, i) => i + 1));
});

test('halts when the front stream was made again, or lost events before they were read', async () => {
  await open();
  await ensureLog(nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  for (let i = 0; i < 5; i++) await publish(event(i));
  run();
  await caughtUp();
  await running!.stop();
  for (let i = 0; i < 5; i++) await publish(event(i));
  await trimThrough(nats, front, 8);
  run();
  await until(() => running!.halted() !== undefined);
  expect(running!.halted()?.message).toMatch(/3 messages before 9 are missing from .*deleted before ingest read them/);
  await running!.stop();
  await nats.jsm.streams.delete(front);
  run();
  await until(() => running!.halted() !== undefined);
  expect(running!.halted()?.message).toContain('was recreated');
});

test('halts when the front stream is made again while it runs', async () => {
  await open();
  await ensureLog(nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  run();
  for (let i = 0; i < 5; i++) await publish(event(i));
  await caughtUp();
  const { config } = await nats.jsm.streams.info(front);
  await nats.jsm.streams.delete(front);
  await nats.jsm.streams.add(config);
  for (let i = 0; i < 2; i++) await publish(event(`new ${i}`));
  await until(() => running!.halted() !== undefined);
  expect(running!.halted()?.message).toContain('was recreated');
  expect((await rawEvents()).map(({ text }) => text).filter((text) => text.includes('new'))).toEqual([]);
}, 30_000);

test('halts at a message that is missing from its own front stream, until told to go on without it', async () => {
  await open();
  await ensureLog(nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  for (let i = 0; i < 6; i++) await publish(event(i));
  await nats.jsm.streams.deleteMessage(front, 3);
  run();
  await until(() => running!.halted() !== undefined);
  expect(running!.halted()?.message).toMatch(/1 messages before 4 are missing .*AFL_ACCEPT_FRONT_GAPS=true/);
  await running!.stop();
  task = new IngestTask({ ...context, config: { ...context.config, acceptFrontGaps: true } }, spec, 1_000);
  run();
  await caughtUp();
  expect((await rawEvents()).map(({ seq }) => seq)).toEqual([1, 2, 4, 5, 6]);
});
