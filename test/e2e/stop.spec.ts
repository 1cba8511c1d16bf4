/** A running pipeline stops cleanly on a signal, leaves nothing behind, and goes on where it stopped. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { projectRoot } from '../support/project-root.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { endPrograms, type RunningCli, runCli, startCli } from './support/cli.js';
import { alive, descendantsOf } from './support/descendants.js';
import { withLake } from './support/lake.js';
import { makeOrders, type Order, pastStartMs, toBytes } from './support/orders.js';
import { copyPipeline } from './support/pipeline-copy.js';
import { publishAll, withNats } from './support/publish.js';
import { Watch } from './support/watch.js';

const pipeline = join(projectRoot, 'test', 'pipelines', 'orders');
const runMsMax = 120_000;
const services = 5;
/** A drain ends its steps and commits: seconds, also on a busy machine. */
const drainMsMax = 15_000;
/** After 20 s a service ends whatever it waits for (libs/runtime/service/ending.ts). */
const endMsMax = 25_000;
const endAtOnceMsMax = 5_000;
/** Signals so close to each other are one press of Ctrl-C (apps/afluente/run/stop-signal.ts). */
const samePressMs = 1_000;

let work: TempDir;
let server: NatsServer;
beforeAll(() => {
  work = makeTempDir('stop');
});
afterAll(() => work.remove());
afterEach(endPrograms);

async function said(program: RunningCli, words: RegExp): Promise<void> {
  while (!words.test(program.stderr())) {
    const ended = await Promise.race([program.ended, sleep(50)]);
    if (ended) throw new Error(`ended with ${ended.code} before it said ${words}:\n${ended.stderr}`);
  }
}

/** Signals a program and sees it and all its children end. */
async function stopped(
  program: RunningCli,
  signal: NodeJS.Signals,
): Promise<{ code: number | null; seconds: number; left: number[]; children: number }> {
  const children = descendantsOf(program.pid);
  const startedMs = performance.now();
  program.signal(signal);
  const { code } = await program.ended;
  const seconds = (performance.now() - startedMs) / 1000;
  return { code, seconds, left: alive(children), children: children.length };
}

const messages = (orders: readonly Order[]): { subject: string; payload: Uint8Array }[] =>
  orders.map((order) => ({ subject: 'shop.orders', payload: toBytes(order) }));

describe('afluente up', () => {
  const lake = (): string => `file:${join(work.path, 'lake')}`;
  const up = (...more: string[]): string[] => [
    'up',
    '--pipeline',
    pipeline,
    '--nats',
    server.url,
    '--lake',
    lake(),
    ...more,
  ];
  const counts = (): Promise<unknown> =>
    withLake(lake(), (ask) => ask('SELECT count(*) AS rows, count(DISTINCT order_id) AS ids FROM silver_orders'));
  const states = async (): Promise<string[]> => {
    const { stdout } = await runCli(['status', '--pipeline', pipeline, '--nats', server.url, '--json']);
    return (JSON.parse(stdout) as Array<{ state: string }>).map(({ state }) => state);
  };
  let startMs: number;

  beforeAll(async () => {
    server = await startNats();
    startMs = pastStartMs(Date.now());
    await (await Watch.open(server.url, pipeline)).close();
  });
  afterAll(() => server.stop());

  test.each<[NodeJS.Signals, string]>([
    ['SIGTERM', 'a'],
    ['SIGINT', 'b'],
  ])(
    'drains on %s in the middle of the work, and the next run goes on',
    async (signal, prefix) => {
      const orders = makeOrders(4_000, { startMs, prefix });
      const program = startCli(up());
      await said(program, /lake-writer +http/);
      await withNats(server.url, (nats) => publishAll(nats, messages(orders.slice(0, 2_000))));
      const end = await stopped(program, signal);
      expect(end).toMatchObject({ code: 0, left: [], children: services });
      expect(end.seconds).toBeLessThan(drainMsMax / 1000);
      expect(program.stderr()).not.toMatch(/starting it again/);
      await withNats(server.url, (nats) => publishAll(nats, messages(orders.slice(2_000))));
      expect(await runCli(up('--until-idle'))).toMatchObject({ code: 0 });
      const expected = 4_000 * (prefix === 'a' ? 1 : 2);
      expect(await counts()).toEqual([{ rows: expected, ids: expected }]);
    },
    runMsMax,
  );

  test(
    'shows its tasks as running while it runs, and drains once though npm and the terminal both hand on one Ctrl-C',
    async () => {
      const program = startCli(up());
      await said(program, /lake-writer +http/);
      // Tasks post their state once a second; what is there at first is of the run before.
      while ((await states()).some((state) => state !== 'running')) await sleep(100);
      program.signal('SIGINT');
      await said(program, /draining/);
      expect(await stopped(program, 'SIGINT')).toMatchObject({ code: 0, left: [] });
    },
    runMsMax,
  );

  test(
    'ends at once on a second Ctrl-C, though a service does not stop',
    async () => {
      const program = startCli(up());
      await said(program, /lake-writer +http/);
      const frozen = descendantsOf(program.pid);
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
      program.signal('SIGINT');
      await said(program, /once more: end at once/);
      await sleep(samePressMs + 200);
      const end = await stopped(program, 'SIGINT');
      expect(end.code).toBe(130);
      expect(end.seconds).toBeLessThan(endAtOnceMsMax / 1000);
      const untilMs = performance.now() + endAtOnceMsMax;
      while (alive(frozen).length > 0 && performance.now() < untilMs) await sleep(50);
      expect(alive(frozen)).toEqual([]);
      expect(program.stderr()).toMatch(/ended at once: what was not committed is done again/);
    },
    runMsMax,
  );

  test(
    'stops at once when it is asked to while it starts',
    async () => {
      const program = startCli(up());
      await sleep(700);
      const end = await stopped(program, 'SIGTERM');
      expect(end.left).toEqual([]);
      expect(end.seconds).toBeLessThan(drainMsMax / 1000);
    },
    runMsMax,
  );

  test(
    'killed with -9 leaves services that end by themselves',
    async () => {
      const program = startCli(up());
      await said(program, /lake-writer +http/);
      const children = descendantsOf(program.pid);
      expect(children).toHaveLength(services);
      program.signal('SIGKILL');
      await program.ended;
      const untilMs = performance.now() + endMsMax;
      while (alive(children).length > 0 && performance.now() < untilMs) await sleep(100);
      expect(alive(children)).toEqual([]);
    },
    runMsMax,
  );

  test(
    'with a new NATS and the old lake adds what is new',
    async () => {
      const before = (await counts()) as Array<{ rows: number }>;
      const fresh = await startNats();
      try {
        const watch = await Watch.open(fresh.url, pipeline);
        await publishAll(watch.nats, messages(makeOrders(500, { startMs, prefix: 'fresh' })));
        await watch.close();
        expect(
          await runCli(['up', '--pipeline', pipeline, '--nats', fresh.url, '--lake', lake(), '--until-idle']),
        ).toMatchObject({ code: 0 });
        const rows = before[0]!.rows + 500;
        expect(await counts()).toEqual([{ rows, ids: rows }]);
      } finally {
        await fresh.stop();
      }
    },
    runMsMax,
  );
});

describe('afluente start', () => {
  test.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])(
    'drains on %s while it publishes, and takes its NATS server with it',
    async (signal) => {
      const folder = copyPipeline('examples/sales-tech', join(work.path, signal));
      const program = startCli(['start', '--pipeline', folder, '--rate', '1000'], { cwd: work.path });
      await said(program, /published [1-9]\d{3}/);
      const end = await stopped(program, signal);
      // The services and the server.
      expect(end).toMatchObject({ code: 0, left: [], children: services + 1 });
      expect(end.seconds).toBeLessThan(drainMsMax / 1000);
      expect(program.stderr()).toMatch(/stopped after \d+ events; the lake is /);
      const { stdout } = await runCli(
        [
          'query',
          'SELECT count(*) > 0 AS some, count(*) = count(DISTINCT event_id) AS once FROM silver_transactions',
          '--json',
        ],
        { cwd: work.path },
      );
      expect(JSON.parse(stdout)).toEqual({ some: true, once: true });
    },
    runMsMax,
  );
});
