/** Whatever a task depends on and does not get shows everywhere: in its status, in readiness, in metrics and in the alert; and goes when it is back. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import type { Service } from '#stages/topology/topology';
import { freePort } from '../support/free-port.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { alertFiles } from '../telemetry/support/alert-rules.js';
import { findProgram, prometheusMsMax, promtool } from '../telemetry/support/promtool.js';
import { runCli } from './support/cli.js';
import { Fleet } from './support/fleet.js';
import { makeOrders, pastStartMs, toBytes } from './support/orders.js';
import { copyPipeline } from './support/pipeline-copy.js';
import { publishAll, withNats } from './support/publish.js';

const testMsMax = 240_000;
const seenMsMax = 90_000;
const lookMs = 500;
/** Instead of a minute. */
const waitMsMax = 3_000;

let work: TempDir;
let server: NatsServer;
let fleet: Fleet | undefined;
let ports: Map<Service, number>;
let pipeline: string;
beforeAll(async () => {
  work = makeTempDir('waiting');
  await findProgram('promtool');
}, prometheusMsMax);
afterAll(() => work.remove());
afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
  await server.stop();
});

const lakeFolder = (): string => join(work.path, 'lake');

async function start(services: readonly Service[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  ports = new Map(await Promise.all(services.map(async (service) => [service, await freePort()] as const)));
  const envOf = (service: Service) => ({ AFL_HTTP_PORT: String(ports.get(service)) });
  rmSync(lakeFolder(), { recursive: true, force: true });
  fleet = await Fleet.start({
    pipeline,
    nats: server.url,
    lake: `file:${lakeFolder()}`,
    logs: work.path,
    services,
    envOf,
    env: { AFL_WAIT_MS_MAX: String(waitMsMax), ...env },
  });
}

interface Row {
  readonly task: string;
  readonly state: string;
  readonly waitsFor?: string;
  readonly since?: string;
  readonly reason?: string;
}

async function rowOf(task: string): Promise<Row | undefined> {
  const { stdout } = await runCli(['status', '--pipeline', pipeline, '--nats', server.url, '--json']);
  return (JSON.parse(stdout) as Row[]).find((row) => row.task === task);
}

async function get(service: Service, path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(`http://127.0.0.1:${ports.get(service)}/${path}`);
  return { status: answer.status, text: await answer.text() };
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + seenMsMax;
  while (!(await holds())) {
    if (performance.now() > untilMs) throw new Error(`not within ${seenMsMax} ms: ${what}`);
    await sleep(lookMs);
  }
}

const isReady = async (service: Service): Promise<boolean> => (await get(service, 'readyz')).status === 200;
const orders = (count: number) =>
  makeOrders(count, { startMs: pastStartMs(Date.now()) }).map((order) => ({
    subject: 'shop.orders',
    payload: toBytes(order),
  }));
/** Whoever publishes before ingest has made the stream is told that nobody takes the subject. */
const publish = (count: number): Promise<void> =>
  withNats(server.url, async (nats) => {
    const takers = (): Promise<string[]> => nats.jsm.streams.names('shop.orders').next();
    await until('ingest has made the front stream', async () => (await takers()).length > 0);
    await publishAll(nats, orders(count));
  });

/** What is seen of a wait from outside, except for the status. */
async function seesWait(service: Service, task: string, reason: string): Promise<void> {
  await until(`${service} is not ready, because ${task} waits for ${reason}`, async () => {
    const { status, text } = await get(service, 'readyz');
    return status === 503 && text.includes(`${task} waiting for ${reason} since `);
  });
  // The process works: to restart it would help nobody.
  expect(await get(service, 'healthz')).toMatchObject({ status: 200 });
  const { text } = await get(service, 'metrics');
  const sample = text
    .split('\n')
    .find((line) => line.startsWith('afluente_waiting_seconds{') && line.includes(`task="${task}"`));
  expect(sample).toContain(`reason="${reason}"`);
  expect(text).toMatch(new RegExp(`^afluente_running\\{.*task="${task.replaceAll('.', '\\.')}".*\\} 0$`, 'm'));
  await firesOn(sample!);
}

/** Prometheus' own judgement of the series that the service shows, as time goes on. */
async function firesOn(sample: string): Promise<void> {
  const series = sample.slice(0, sample.lastIndexOf(' '));
  const labels = Object.fromEntries([...series.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  const outcome = async (values: string, fires: boolean) => {
    const file = join(work.path, 'waiting.test.yaml');
    const alerts = [
      {
        eval_time: '2m',
        alertname: 'AfluenteTaskWaiting',
        exp_alerts: fires
          ? [{ exp_labels: { ...labels, severity: 'critical' }, exp_annotations: annotationsOf(labels) }]
          : [],
      },
    ];
    writeFileSync(
      file,
      stringify({
        rule_files: alertFiles('.rules.yaml'),
        evaluation_interval: '30s',
        tests: [{ interval: '30s', input_series: [{ series, values }], alert_rule_test: alerts }],
      }),
    );
    return promtool(['test', 'rules', file]);
  };
  expect(await outcome('3+30x4', true)).toMatchObject({ ok: true });
  expect(await outcome('3+10x4', false)).toMatchObject({ ok: true });
}

function annotationsOf({
  task,
  pipeline: name,
  reason,
}: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return {
    summary: `Task ${task} of ${name} has waited for more than a minute (for: ${reason})`,
    description: 'It tries again by itself, in vain. What its partition or table should do stands still until then.',
    runbook_url: 'https://github.com/afluente/afluente/blob/main/docs/runbooks/task-waiting.md',
  };
}

async function seesWaitInStatus(task: string, waitsFor: string, reason: RegExp): Promise<void> {
  await until(`the status of ${task}`, async () => (await rowOf(task))?.waitsFor === waitsFor);
  expect(await rowOf(task)).toMatchObject({
    state: 'waiting',
    waitsFor,
    since: expect.stringMatching(/^\d{4}-.*Z$/),
    reason: expect.stringMatching(reason),
  });
  const { stdout } = await runCli(['status', '--pipeline', pipeline, '--nats', server.url]);
  expect(stdout).toMatch(new RegExp(`^${task.replaceAll('.', '\\.')} waits for ${waitsFor} since \\d{4}-`, 'm'));
}

async function goesOn(service: Service, task: string): Promise<void> {
  await until(`${task} runs`, async () => (await rowOf(task))?.state === 'running');
  await until(`${service} is ready`, () => isReady(service));
  expect((await get(service, 'metrics')).text).not.toMatch(/^afluente_waiting_seconds\{/m);
}

describe('a task that waits', () => {
  beforeAll(() => {
    pipeline = copyPipeline('test/pipelines/orders', work.path, {});
  });

  test(
    'for the store, because the lake is no folder any more',
    async () => {
      server = await startNats();
      await start(['ingest', 'lake-writer']);
      await publish(50);
      await until('lake-writer is ready', () => isReady('lake-writer'));
      renameSync(lakeFolder(), `${lakeFolder()}.away`);
      writeFileSync(lakeFolder(), '');
      await publish(50);
      await seesWait('lake-writer', 'lake.bronze_orders', 'store');
      await seesWaitInStatus('lake.bronze_orders', 'store', /./);
      rmSync(lakeFolder());
      renameSync(`${lakeFolder()}.away`, lakeFolder());
      await goesOn('lake-writer', 'lake.bronze_orders');
    },
    testMsMax,
  );

  test(
    'for NATS, which was killed; the status cannot be read then, and says so',
    async () => {
      server = await startNats();
      await start(['ingest', 'lake-writer']);
      await publish(50);
      await until('all are ready', async () => (await isReady('ingest')) && (await isReady('lake-writer')));
      await server.kill();
      await seesWait('ingest', 'ingest.orders', 'nats');
      // It has nothing to do, and must notice all the same.
      await seesWait('lake-writer', 'lake.silver_orders', 'nats');
      expect(await runCli(['status', '--pipeline', pipeline, '--nats', server.url])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('no NATS server answers'),
      });
      await server.restart();
      await goesOn('ingest', 'ingest.orders');
      await goesOn('lake-writer', 'lake.silver_orders');
    },
    testMsMax,
  );

  test(
    'for room, because nobody reads its log',
    async () => {
      server = await startNats();
      await start(['ingest'], { AFL_LOG_BYTES_MAX: String(8 * 1024 * 1024) });
      const large = { order_id: 'x', customer: 'one', note: 'n'.repeat(50_000) };
      await withNats(server.url, (nats) =>
        publishAll(
          nats,
          Array.from({ length: 300 }, (_, i) => ({
            subject: 'shop.orders',
            payload: JSON.stringify({ ...large, order_id: `o${i}` }),
          })),
        ),
      );
      await seesWait('ingest', 'ingest.orders', 'room');
      await seesWaitInStatus('ingest.orders', 'room', /the log is full/);
    },
    testMsMax,
  );

  test(
    'for room in its account, which allows the buckets and no logs',
    async () => {
      server = await startNats({
        config: {
          accounts: { A: { jetstream: { max_streams: 4 }, users: [{ user: 'a', password: 'a' }] } },
          no_auth_user: 'a',
        },
      });
      // The command line would count, and refuse: services alone wait until somebody raises the limit.
      await start(['validate']);
      await seesWait('validate', 'validate.orders.0', 'room');
      await seesWaitInStatus(
        'validate.orders.0',
        'room',
        /no room for stream afl_orders_\S+, 134217728 bytes: .*The limit is max_streams of the account.* The account has 4 streams \(max_streams: 4\)/,
      );
    },
    testMsMax,
  );

  test(
    'for its front stream, which allows no more readers',
    async () => {
      server = await startNats();
      const text = (from: string): string =>
        from.replace('subjects: [shop.orders, shop.orders.>]', 'stream: ORDERS').replace('name: orders', 'name: own');
      pipeline = copyPipeline('test/pipelines/orders', join(work.path, 'own'), { 'pipeline.yaml': text });
      await withNats(server.url, async ({ jsm }) => {
        await jsm.streams.add({ name: 'ORDERS', subjects: ['shop.orders'], max_consumers: 1 });
        await jsm.consumers.add('ORDERS', { durable_name: 'theirs', ack_policy: 'explicit' });
      });
      await start(['ingest']);
      await seesWait('ingest', 'ingest.orders', 'front');
      await seesWaitInStatus('ingest.orders', 'front', /max_consumers/);
      await withNats(server.url, async ({ jsm, nc }) => {
        nc.publish('$JS.API.CONSUMER.DELETE.ORDERS.theirs');
        // An answer comes behind it.
        await jsm.streams.info('ORDERS');
      });
      await goesOn('ingest', 'ingest.orders');
    },
    testMsMax,
  );
});
