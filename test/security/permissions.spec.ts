/**
 * Every service works with its own credentials, on a server that grants it what `afluente permissions` prints and no more,
 * and is refused everything else. Nothing is corrected by hand: streams are made by the operator's command.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { inboxPrefixOf } from '#frame/log-name';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { Publisher } from '#nats/messages/publisher';
import { PipelineSource } from '#runtime/service/pipeline-source';
import { type Topology, topologyOf } from '#stages/topology/topology';
import { Observer } from '../../apps/afluente/progress/observer.js';
import { example } from '../../examples/sales-tech/example.js';
import { endPrograms, runCli } from '../e2e/support/cli.js';
import { allServices, Fleet } from '../e2e/support/fleet.js';
import { checkLake, withLake } from '../e2e/support/lake.js';
import { copyPipeline } from '../e2e/support/pipeline-copy.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { makePipelineKeys, type PipelineKeys } from './support/pipeline-keys.js';
import { connectAs, refusedPublishes, refusedSubscriptions } from './support/refusals.js';
import { covers, oneOf } from './support/subjects.js';

const runMsMax = 240_000;
const idleMsMax = 120_000;
const events = 8_000;
const log = (stage: string, origin: string): string => `afl.sales-tech.${stage}.${origin}.0`;
const stream = (stage: string, origin: string): string => `afl_sales-tech_${stage}_${origin}_0`;

let work: TempDir;
let server: NatsServer;
let pipeline: string;
let topology: Topology;
let keys: PipelineKeys;
let operator: NatsClient;

beforeAll(async () => {
  work = makeTempDir('permissions');
  pipeline = copyPipeline('examples/sales-tech', work.path);
  topology = topologyOf(PipelineSource.load(pipeline).compiled);
  keys = makePipelineKeys(topology, join(work.path, 'keys'));
  server = await startNats({ config: keys.config });
  const made = await runCli(['streams', '--pipeline', pipeline, '--nats', server.url], {
    env: { AFL_NATS_NKEY: keys.seedFile('operator') },
  });
  if (made.code !== 0) throw new Error(made.stdout + made.stderr);
  operator = await connectNats(server.url, 'permissions.spec', {
    nkeyFile: keys.seedFile('operator'),
    inboxPrefix: inboxPrefixOf('sales-tech', 'operator'),
  });
}, runMsMax);
afterAll(async () => {
  await operator?.nc.close();
  await server?.stop();
  work.remove();
});
afterEach(endPrograms);

async function idle(): Promise<void> {
  const observer = await Observer.open(operator, topology);
  const untilMs = performance.now() + idleMsMax;
  try {
    while (!(await observer.isIdle())) {
      const halted = observer.halted();
      if (halted.length > 0) throw new Error(halted.join('\n'));
      if (performance.now() > untilMs)
        throw new Error(
          `not idle:\n${JSON.stringify((await observer.views()).map(({ task, status, lag }) => [task.name, status?.state, status?.reason, lag]))}`,
        );
      await sleep(200);
    }
  } finally {
    observer.close();
  }
}

/** Publishes the example's events with the producer's key, and an event too large for a frame. */
async function produce(startMs: number): Promise<void> {
  const nc = await connectAs(server.url, keys.seedFile('producer'));
  const publisher = new Publisher(nc);
  for await (const batch of example.events({ count: events, seed: 7, startMs }))
    for (const message of batch) await publisher.publish(message);
  await publisher.publish({ subject: 'events.transactions', payload: Buffer.alloc(1_040_000, 'x'), msgId: 'large' });
  await publisher.flush();
  publisher.close();
  await nc.close();
}

describe('with permissions for each service', () => {
  test(
    'the whole pipeline works, exactly once, through a kill and large events',
    async () => {
      const lake = `file:${join(work.path, 'lake')}`;
      const fleet = await Fleet.start({
        pipeline,
        nats: server.url,
        lake,
        logs: join(work.path, 'logs'),
        env: { AFL_SNAPSHOT_EVERY_MS: '1000' },
        envOf: (service) => ({ AFL_NATS_NKEY: keys.seedFile(service) }),
      });
      const startMs = example.startMs(Date.now(), events);
      try {
        await produce(startMs);
        fleet.kill('validate');
        fleet.kill('aggregate');
        await idle();
      } finally {
        expect([...(await fleet.stop()).values()]).toEqual([0, 0, 0, 0, 0]);
      }
      const verdict = await checkLake(example, { count: events, seed: 7, startMs }, lake);
      expect(verdict).toMatchObject({ lost: 0, extra: 0, published: events });
      expect(
        await withLake(lake, (ask) =>
          ask('SELECT count(*) AS n FROM bronze_transactions WHERE payload_ref IS NOT NULL'),
        ),
      ).toEqual([{ n: 1 }]);
      expect(await server.logTail()).not.toMatch(/Violation/);
      const logs = allServices.map((service) => fleet.log(service)).join('');
      for (const seed of keys.seeds) expect(logs).not.toContain(seed);
    },
    runMsMax,
  );

  test.each(allServices)('%s is refused all that others may do and it may not', async (service) => {
    const own = keys.users.get(service)!;
    const foreign = [...new Set([...keys.users.values()].flatMap(({ publish }) => publish).map(oneOf))].filter(
      (subject) => !own.publish.some((pattern) => covers(pattern, subject)),
    );
    expect(foreign.length).toBeGreaterThan(100);
    const nc = await connectAs(server.url, keys.seedFile(service));
    try {
      expect(await refusedPublishes(nc, foreign)).toEqual(foreign.sort());
    } finally {
      await nc.close();
    }
  });

  test.each([
    ['ingest', 'write validated logs', [log('valid', 'transactions')]],
    ['ingest', 'write silver logs', [log('enriched', 'transactions'), log('enriched', 'interactions')]],
    ['ingest', 'write results', [log('results', 'revenue_by_category')]],
    ['ingest', 'publish events', ['events.transactions', 'events.transactions.store']],
    [
      'ingest',
      'read back what it wrote',
      [
        `$JS.API.CONSUMER.CREATE.${stream('raw', 'transactions')}`,
        `$JS.API.CONSUMER.MSG.NEXT.${stream('raw', 'transactions')}.x`,
      ],
    ],
    ['validate', 'write raw or silver logs', [log('raw', 'transactions'), log('enriched', 'transactions')]],
    [
      'validate',
      'read front streams',
      [
        '$JS.API.CONSUMER.CREATE.afl_sales-tech_front_transactions',
        '$JS.API.STREAM.MSG.GET.afl_sales-tech_front_transactions',
      ],
    ],
    ['enrich', 'trim its input', [`$JS.API.STREAM.PURGE.${stream('valid', 'transactions')}`]],
    ['enrich', 'read raw events', [`$JS.API.CONSUMER.CREATE.${stream('raw', 'transactions')}`]],
    [
      'enrich',
      'touch snapshots',
      ['$KV.afl_sales-tech_objects.validate.transactions.0.x', '$JS.API.STREAM.PURGE.KV_afl_sales-tech_objects'],
    ],
    ['aggregate', 'write silver logs', [log('enriched', 'transactions')]],
    [
      'lake-writer',
      'publish frames',
      [
        log('raw', 'transactions'),
        log('valid', 'transactions'),
        log('enriched', 'transactions'),
        log('partials', 'revenue_by_category'),
        log('results', 'revenue_by_category'),
      ],
    ],
    [
      'lake-writer',
      'trim logs',
      [
        `$JS.API.STREAM.PURGE.${stream('enriched', 'transactions')}`,
        `$JS.API.STREAM.MSG.DELETE.${stream('enriched', 'transactions')}`,
      ],
    ],
    [
      'lake-writer',
      'say how far others are',
      [
        '$KV.afl_sales-tech_tasks.validate.transactions.0',
        '$KV.afl_sales-tech_leases.enrich.transactions.0',
        '$KV.afl_sales-tech_members.ingest.x',
      ],
    ],
    [
      'validate',
      'make, change or delete streams',
      ['CREATE', 'UPDATE', 'DELETE', 'SNAPSHOT', 'RESTORE'].map(
        (verb) => `$JS.API.STREAM.${verb}.${stream('valid', 'transactions')}`,
      ),
    ],
    [
      'validate',
      'make durable or named consumers',
      [
        `$JS.API.CONSUMER.DURABLE.CREATE.${stream('raw', 'transactions')}.x`,
        `$JS.API.CONSUMER.CREATE.${stream('raw', 'transactions')}.x`,
      ],
    ],
    [
      'producer',
      'do anything but publish events',
      [
        '$JS.API.INFO',
        '$JS.API.STREAM.NAMES',
        log('raw', 'transactions'),
        '$JS.API.STREAM.PURGE.afl_sales-tech_front_transactions',
      ],
    ],
    [
      'operator',
      'write logs',
      [log('raw', 'transactions'), log('enriched', 'transactions'), '$KV.afl_sales-tech_tasks.x'],
    ],
    [
      'follower',
      'publish anything',
      ['x', 'events.transactions', '$JS.API.INFO', log('results', 'revenue_by_category')],
    ],
  ])('%s cannot %s', async (user, _, subjects) => {
    const nc = await connectAs(server.url, keys.seedFile(user));
    try {
      expect(await refusedPublishes(nc, subjects)).toEqual([...subjects].sort());
    } finally {
      await nc.close();
    }
  });

  test("a producer cannot have the server's answer delivered into a log", async () => {
    const nc = await connectAs(server.url, keys.seedFile('producer'));
    const frames = async (): Promise<number> =>
      (await operator.jsm.streams.info(stream('enriched', 'transactions'))).state.last_seq;
    const before = await frames();
    try {
      nc.publish('events.transactions', '{}', { reply: log('enriched', 'transactions') });
      await nc.flush();
      await sleep(500);
      expect(await frames()).toBe(before);
    } finally {
      await nc.close();
    }
  });

  test.each([...allServices, 'operator'])('%s hears nothing but its own answers', async (user) => {
    const others = [...allServices, 'operator']
      .filter((other) => other !== user)
      .map((other) => `${inboxPrefixOf('sales-tech', other)}.>`);
    const subjects = ['>', '_INBOX.>', '_INBOX_afl.>', 'afl.>', 'events.>', '$JS.>', '$KV.>', '$SYS.>', ...others];
    const nc = await connectAs(server.url, keys.seedFile(user));
    try {
      expect(await refusedSubscriptions(nc, subjects)).toEqual(subjects.sort());
      expect(await refusedSubscriptions(nc, [`${inboxPrefixOf('sales-tech', user)}.x`])).toEqual([]);
    } finally {
      await nc.close();
    }
  });
});
