/** Ingest over a real server: every event of every message stands once in a raw log, byte for byte, with its headers. */
import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { partitionOf } from '#frame/partition';
import { ensureLog } from '#nats/streams/ensure-log';
import { event, front, ingestBench, type Pair } from './support/ingest-bench.js';
import { publishRaw } from './support/raw-publish.js';

const on = ingestBench('ingest.spec');

test('single events, arrays, lines and nothing at all are laid out event by event', async () => {
  await on.open();
  await ensureLog(on.nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  await on.publish(event(1), 'in.one', 'key 1');
  await on.publish(`[ ${event(2)},\n${event(3)} ]`);
  await on.publish(`${event(4)}\n\n${event(5)}\r\n`);
  await on.publish('');
  await on.publish('{"broken');
  on.run();
  await on.caughtUp();
  const found = await on.rawEvents();
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
  await on.open(undefined, { config: { max_payload: 8 * mb } });
  await ensureLog(on.nats, front, ['in.>'], { bytesMax: 1e9, replicas: 1 });
  const sizes = [100, 900_000, 5 * mb, 8 * mb - 2_000, 200, 8 * mb - 20_000, 300];
  const texts = sizes.map((size) => randomBytes(size / 2).toString('hex'));
  for (const text of texts) await on.publish(text);
  on.run();
  await on.caughtUp();
  const found = await on.rawEvents();
  expect(found.map(({ seq }) => seq)).toEqual(sizes.map((_, i) => i + 1));
  for (const [i, { text, ref }] of found.entries()) {
    const stored = ref === undefined ? text : Buffer.concat((await on.context.objects.getParts(ref))!.parts).toString();
    expect({ i, ref: ref !== undefined, same: stored === texts[i] }).toEqual({
      i,
      ref: sizes[i]! > 8 * mb - 16 * 1024,
      same: true,
    });
  }
}, 60_000);

test('every event keeps the headers of its message, byte for byte and in order', async () => {
  await on.open();
  await ensureLog(on.nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await publishRaw(
    on.server.url,
    'in.a',
    `NATS/1.0\r\nce-type: a\r\nNats-Msg-Id: key 1\r\nX-Multi: 1\r\ntraceparent: ${traceparent}\r\nX-Multi: 2\r\nx-empty:\r\n\r\n`,
    `${event(1)}\n${event(2)}`,
  );
  await publishRaw(
    on.server.url,
    'in.a',
    Buffer.from('NATS/1.0\r\nNats-Msg-Id: \xe9\r\nbad name: x\nno colon\r\nalone\r\n\r\n', 'latin1'),
    event(3),
  );
  await on.publish(event(4));
  on.run();
  await on.caughtUp();
  const found = await on.rawEvents();
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
  await on.open();
  await ensureLog(on.nats, front, ['in.>'], { bytesMax: 1e8, replicas: 1 });
  const colons = `NATS/1.0\r\n${':\r\n'.repeat(21_000)}\r\n`;
  const noise = Buffer.concat([
    Buffer.from('NATS/1.0\r\nNats-Msg-Id: '),
    Buffer.alloc(64_000, 0xff),
    Buffer.from('\r\n\r\n'),
  ]);
  const room = on.nats.payloadBytesMax - 64_100;
  for (const block of [colons, noise])
    await publishRaw(on.server.url, 'in.a', block, JSON.stringify({ id: 'x', user: 'u'.repeat(room - 100) }));
  await publishRaw(
    on.server.url,
    'in.a',
    `NATS/1.0\r\nlarge: ${'x'.repeat(60_000)}\r\n\r\n`,
    Array.from({ length: 5_000 }, (_, i) => event(i)).join('\n'),
  );
  await on.publish(event('next'));
  on.run();
  await on.caughtUp();
  const found = await on.rawEvents();
  expect(found).toHaveLength(2 + 5_000 + 1);
  expect(found.slice(0, 4).map(({ pairs, ref }) => [pairs?.length, ref !== undefined])).toEqual([
    [21_000, true],
    [1, true],
    [1, false],
    [undefined, false],
  ]);
  expect(found.slice(3, -1).every(({ pairs }) => pairs === null)).toBe(true);
}, 30_000);
