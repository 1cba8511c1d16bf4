/** `afluente streams` makes what a pipeline needs, finds it again, and refuses what does not fit. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { streamInfo } from '#nats/streams/stream-info';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { type CliResult, endPrograms, runCli } from './support/cli.js';
import { Fleet } from './support/fleet.js';
import { copyPipeline } from './support/pipeline-copy.js';
import { withNats } from './support/publish.js';

/** One front stream; raw, valid and enriched logs, partials and results of the local window: 3 each; one log of merged results; four buckets. */
const all = 1 + 3 * 5 + 1 + 4;

let work: TempDir;
let server: NatsServer;
let pipeline: string;
beforeAll(async () => {
  work = makeTempDir('streams');
  pipeline = copyPipeline('test/pipelines/orders', work.path, {});
});
afterAll(() => work.remove());
afterEach(endPrograms);

const run = (...more: string[]): Promise<CliResult> =>
  runCli(['streams', '--pipeline', pipeline, '--nats', server.url, ...more]);
const named = (name: string) => withNats(server.url, (nats) => streamInfo(nats, name));

describe('afluente streams', () => {
  beforeAll(async () => {
    server = await startNats();
  });
  afterAll(() => server.stop());

  test('--check makes nothing and says what is missing', async () => {
    const { code, stdout, stderr } = await run('--check');
    expect({ code, last: stdout.trim().split('\n').at(-1) }).toEqual({
      code: 1,
      last: `${all} streams and buckets: 0 made, 0 found, ${all} not as they should be`,
    });
    expect(stderr).toContain('afl_orders_front_orders is not there: run this command without --check\n');
    expect(await named('afl_orders_front_orders')).toBeUndefined();
  });

  test('makes them all', async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stderr, last: stdout.trim().split('\n').at(-1) }).toEqual({
      code: 0,
      stderr: '',
      last: `${all} streams and buckets: ${all} made, 0 found, 0 not as they should be`,
    });
    expect(stdout).toMatch(/^made {5}afl_orders_front_orders$/m);
  });

  test('made them as the services do: nothing is made anew when they start', async () => {
    const before = await named('KV_afl_orders_members');
    const fleet = await Fleet.start({
      pipeline,
      nats: server.url,
      lake: `file:${join(work.path, 'lake')}`,
      logs: work.path,
    });
    await fleet.stop();
    expect((await named('KV_afl_orders_members'))?.created).toBe(before?.created);
    await withNats(server.url, async ({ jsm }) => {
      const names: string[] = [];
      for await (const name of jsm.streams.names()) names.push(name);
      expect(names).toHaveLength(all);
    });
  });

  test('finds them again, with --check too, and leaves them alone', async () => {
    for (const more of [[], ['--check']]) {
      const { code, stdout, stderr } = await run(...more);
      expect({ code, stderr, last: stdout.trim().split('\n').at(-1) }).toEqual({
        code: 0,
        stderr: '',
        last: `${all} streams and buckets: 0 made, ${all} found, 0 not as they should be`,
      });
    }
  });

  test('notes a size that is not the configured one, and is content', async () => {
    const { code, stderr } = await runCli(['streams', '--pipeline', pipeline, '--nats', server.url], {
      env: { AFL_LOG_BYTES_MAX: '33554432' },
    });
    expect(code).toBe(0);
    expect(stderr).toContain(
      'note: stream afl_orders_raw_orders_0 has room for 134217728 bytes, 33554432 are wanted: `nats stream edit afl_orders_raw_orders_0 --max-bytes=33554432`',
    );
  });
});

describe('afluente streams refuses', () => {
  beforeAll(async () => {
    server = await startNats();
  });
  afterAll(() => server.stop());

  test('streams with settings that lose messages, all of them in one run', async () => {
    await withNats(server.url, async ({ jsm }) => {
      await jsm.streams.add({
        name: 'afl_orders_raw_orders_0',
        subjects: ['afl.orders.raw.orders.0'],
        retention: 'limits',
        discard: 'old',
        max_age: 3_600e9,
      });
      await jsm.streams.add({ name: 'afl_orders_valid_orders_1', subjects: ['something.else'], discard: 'new' });
      await jsm.streams.add({ name: 'greedy', subjects: ['shop.>'] });
    });
    const { code, stdout, stderr } = await run();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^wrong {4}afl_orders_raw_orders_0$/m);
    expect(stdout.trim().split('\n').at(-1)).toBe(
      `${all} streams and buckets: ${all - 3} made, 0 found, 3 not as they should be`,
    );
    expect(stderr).toMatch(
      /afl_orders_raw_orders_0 deletes its oldest messages.*\n.*afl_orders_raw_orders_0 deletes messages by age/,
    );
    expect(stderr).toContain(
      'stream afl_orders_valid_orders_1 has no subject afl.orders.valid.orders.1, only something.else',
    );
    expect(stderr).toMatch(
      /cannot create stream afl_orders_front_orders .* Stream greedy has these subjects: name it in the pipeline/,
    );
    expect(stderr).not.toMatch(/^\s+at .+:\d+/m);
  });

  test('a stream of the user that is not there, or whose queue would be emptied unread', async () => {
    const folder = copyPipeline('test/pipelines/orders', makeTempDirIn('own'), {
      'pipeline.yaml': (text) =>
        text
          .replace('subjects: [shop.orders, shop.orders.>]', 'stream: ORDERS\n    start: new')
          .replace('name: orders', 'name: own'),
    });
    const absent = await runCli(['streams', '--pipeline', folder, '--nats', server.url]);
    expect(absent).toMatchObject({ code: 1, stderr: expect.stringMatching(/reads stream ORDERS.*Create it/) });
    await withNats(server.url, ({ jsm }) =>
      jsm.streams.add({ name: 'ORDERS', subjects: ['own.orders'], retention: 'workqueue' }),
    );
    const queue = await runCli(['streams', '--pipeline', folder, '--nats', server.url]);
    expect(queue).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Remove start, or purge the stream yourself'),
    });
  });

  test('more replicas than this NATS can keep, once', async () => {
    const { code, stderr } = await runCli(['streams', '--pipeline', pipeline, '--nats', server.url, '--check'], {
      env: { AFL_STREAM_REPLICAS: '3' },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/replicas: 3 are wanted, and this NATS is one server without a cluster/);
    expect(stderr).toMatch(/note: stream afl_orders_raw_orders_1 has 1 replica, 3 are wanted/);
  });
});

function makeTempDirIn(name: string): string {
  return join(work.path, name);
}
