/** Limits of NATS that a pipeline would run into are named before anything is made, by every command that begins; a start can be broken off at any moment. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { endPrograms, runCli, startCli } from './support/cli.js';
import { alive, descendantsOf } from './support/descendants.js';
import { copyPipeline } from './support/pipeline-copy.js';
import { withNats } from './support/publish.js';

const testMsMax = 120_000;
/** Counting takes a moment; what would wait for something takes minutes, or for ever. */
const endMsMax = 20_000;
const gigabyte = 1024 ** 3;

let work: TempDir;
let pipeline: string;
let server: NatsServer | undefined;
beforeAll(() => {
  work = makeTempDir('limits');
  pipeline = copyPipeline('test/pipelines/orders', work.path, {});
});
afterAll(() => work.remove());
afterEach(async () => {
  await endPrograms();
  await server?.stop();
  server = undefined;
});

const withLimits = (limits: Readonly<Record<string, unknown>>) => ({
  accounts: { A: { jetstream: limits, users: [{ user: 'a', password: 'a' }] } },
  no_auth_user: 'a',
});
const streamsOf = (url: string): Promise<number> => withNats(url, async (nats) => (await nats.account()).streams);
const upArgs = (url: string): string[] => [
  'up',
  '--pipeline',
  pipeline,
  '--nats',
  url,
  '--lake',
  `file:${join(work.path, 'lake')}`,
  '--until-idle',
];

/** The orders pipeline has 21 streams and buckets: a front of 2 GiB, 16 logs of 128 MiB, four buckets. */
const limits: ReadonlyArray<
  readonly [string, Readonly<Record<string, unknown>>, Readonly<Record<string, string>>, RegExp]
> = [
  [
    'max_streams',
    { max_streams: 5 },
    {},
    /max_streams of the account: 21 more streams are needed, and 5 are left of 5\. Allow 21 at least/,
  ],
  [
    'max_consumers',
    { max_consumers: 1 },
    {},
    /max_consumers of the account: 6 readers of one stream are needed \(KV_afl_orders_tasks\), and 1 are allowed/,
  ],
  [
    'max_file',
    { max_file: gigabyte },
    {},
    /max_file \(storage\) of the account: 4294967297 more bytes are needed \(the sizes of 21 streams\), and 1073741824 are left of 1073741824/,
  ],
  [
    'max_bytes_required',
    { max_bytes_required: true },
    {},
    /max_bytes_required of the account: the buckets of Afluente have no size \(KV_afl_orders_tasks, /,
  ],
  [
    'disk_max_stream_bytes',
    { disk_max_stream_bytes: gigabyte },
    {},
    /disk_max_stream_bytes of the account: 2147483648 bytes are needed for one stream \(afl_orders_front_orders\), and 1073741824 are allowed/,
  ],
  [
    'replicas',
    {},
    { AFL_STREAM_REPLICAS: '3' },
    /replicas: 3 are wanted, and this NATS is one server without a cluster|Use nats-server 2\.9\.18 or newer/,
  ],
];

describe.each(limits)('too low a limit: %s', (_, config, env, sentence) => {
  test(
    'is counted by streams --check, streams and up, which make nothing and end with 2',
    async () => {
      server = await startNats({ config: withLimits({ ...config }) });
      const { url } = server;
      for (const args of [
        ['streams', '--pipeline', pipeline, '--nats', url, '--check'],
        ['streams', '--pipeline', pipeline, '--nats', url],
        upArgs(url),
      ]) {
        const startedMs = performance.now();
        const { code, stderr } = await runCli(args, { env });
        expect({ command: args[0], code, stderr }).toEqual({
          command: args[0],
          code: 2,
          stderr: expect.stringMatching(sentence),
        });
        expect(stderr).not.toMatch(/^\s+at .+:\d+/m);
        expect(performance.now() - startedMs).toBeLessThan(endMsMax);
      }
      expect(await streamsOf(url)).toBe(0);
    },
    testMsMax,
  );
});

test(
  'limits that just suffice are enough',
  async () => {
    server = await startNats({
      config: withLimits({ max_streams: 21, max_file: 4 * gigabyte + 1, max_consumers: 12 }),
    });
    const { code, stderr } = await runCli(upArgs(server.url));
    expect({ code, stderr }).toMatchObject({ code: 0 });
  },
  testMsMax,
);

test(
  'what no account is told, the max_file of the server, is named when the stream does not fit, by up too, which ends with 2',
  async () => {
    server = await startNats({ config: { jetstream: { max_file: gigabyte } } });
    const sentence =
      /there is no room for stream afl_orders_front_orders, 2147483648 bytes: NATS says "insufficient storage resources available" \(10047\)\. The limit is max_file/;
    expect(await runCli(upArgs(server.url))).toMatchObject({ code: 2, stderr: expect.stringMatching(sentence) });
    expect(await runCli(['streams', '--pipeline', pipeline, '--nats', server.url])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(sentence),
    });
  },
  testMsMax,
);

describe('SIGTERM ends up', () => {
  test.each([100, 400, 800, 1_200, 2_000, 3_000])(
    '%i ms after its start',
    async (ms) => {
      server = await startNats();
      const program = startCli(upArgs(server.url));
      await sleep(ms);
      const children = descendantsOf(program.pid);
      const startedMs = performance.now();
      program.signal('SIGTERM');
      await program.ended;
      expect(performance.now() - startedMs).toBeLessThan(endMsMax);
      expect(alive(children)).toEqual([]);
    },
    testMsMax,
  );

  test(
    'while a server takes the connection and says nothing',
    async () => {
      const sockets: Socket[] = [];
      const silent = createServer((socket) => void sockets.push(socket));
      const asked = once(silent, 'connection');
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      try {
        const args = upArgs(`nats://127.0.0.1:${(silent.address() as AddressInfo).port}`);
        const program = startCli(args);
        await asked;
        const startedMs = performance.now();
        program.signal('SIGTERM');
        expect(await program.ended).toMatchObject({ code: 0 });
        expect(performance.now() - startedMs).toBeLessThan(2_000);
        // Without a signal it ends by itself.
        expect(await runCli(args)).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('does not answer, or not in time'),
        });
      } finally {
        for (const socket of sockets) socket.destroy();
        silent.close();
      }
    },
    testMsMax,
  );
});
