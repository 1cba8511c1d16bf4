/** Whatever a task depends on and does not get shows everywhere: in its status, in readiness, in metrics and in the alert; and goes when it is back. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { startNats } from '../support/nats-server.js';
import { runCli } from './support/cli.js';
import { copyPipeline } from './support/pipeline-copy.js';
import { publishAll, withNats } from './support/publish.js';
import { until, waitingFleet } from './support/waiting/waiting-fleet.js';

const testMsMax = 240_000;
const on = waitingFleet();

describe('a task that waits', () => {
  beforeAll(() => {
    on.pipeline = copyPipeline('test/pipelines/orders', on.folder, {});
  });

  test(
    'for the store, because the lake is no folder any more',
    async () => {
      on.server = await startNats();
      await on.start(['ingest', 'lake-writer']);
      await on.publish(50);
      await until('lake-writer is ready', () => on.isReady('lake-writer'));
      renameSync(on.lakeFolder, `${on.lakeFolder}.away`);
      writeFileSync(on.lakeFolder, '');
      await on.publish(50);
      await on.seesWait('lake-writer', 'lake.bronze_orders', 'store');
      await on.seesWaitInStatus('lake.bronze_orders', 'store', /./);
      rmSync(on.lakeFolder);
      renameSync(`${on.lakeFolder}.away`, on.lakeFolder);
      await on.goesOn('lake-writer', 'lake.bronze_orders');
    },
    testMsMax,
  );

  test(
    'for NATS, which was killed; the status cannot be read then, and says so',
    async () => {
      on.server = await startNats();
      await on.start(['ingest', 'lake-writer']);
      await on.publish(50);
      await until('all are ready', async () => (await on.isReady('ingest')) && (await on.isReady('lake-writer')));
      await on.server.kill();
      await on.seesWait('ingest', 'ingest.orders', 'nats');
      // It has nothing to do, and must notice all the same.
      await on.seesWait('lake-writer', 'lake.silver_orders', 'nats');
      expect(await runCli(['status', '--pipeline', on.pipeline, '--nats', on.server.url])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('no NATS server answers'),
      });
      await on.server.restart();
      await on.goesOn('ingest', 'ingest.orders');
      await on.goesOn('lake-writer', 'lake.silver_orders');
    },
    testMsMax,
  );

  test(
    'for room, because nobody reads its log',
    async () => {
      on.server = await startNats();
      await on.start(['ingest'], { AFL_LOG_BYTES_MAX: String(8 * 1024 * 1024) });
      const large = { order_id: 'x', customer: 'one', note: 'n'.repeat(50_000) };
      await withNats(on.server.url, (nats) =>
        publishAll(
          nats,
          Array.from({ length: 300 }, (_, i) => ({
            subject: 'shop.orders',
            payload: JSON.stringify({ ...large, order_id: `o${i}` }),
          })),
        ),
      );
      await on.seesWait('ingest', 'ingest.orders', 'room');
      await on.seesWaitInStatus('ingest.orders', 'room', /the log is full/);
    },
    testMsMax,
  );

  test(
    'for room in its account, which allows the buckets and no logs',
    async () => {
      on.server = await startNats({
        config: {
          accounts: { A: { jetstream: { max_streams: 4 }, users: [{ user: 'a', password: 'a' }] } },
          no_auth_user: 'a',
        },
      });
      // The command line would count, and refuse: services alone wait until somebody raises the limit.
      await on.start(['validate']);
      await on.seesWait('validate', 'validate.orders.0', 'room');
      await on.seesWaitInStatus(
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
      on.server = await startNats();
      const text = (from: string): string =>
        from.replace('subjects: [shop.orders, shop.orders.>]', 'stream: ORDERS').replace('name: orders', 'name: own');
      on.pipeline = copyPipeline('test/pipelines/orders', join(on.folder, 'own'), { 'pipeline.yaml': text });
      await withNats(on.server.url, async ({ jsm }) => {
        await jsm.streams.add({ name: 'ORDERS', subjects: ['shop.orders'], max_consumers: 1 });
        await jsm.consumers.add('ORDERS', { durable_name: 'theirs', ack_policy: 'explicit' });
      });
      await on.start(['ingest']);
      await on.seesWait('ingest', 'ingest.orders', 'front');
      await on.seesWaitInStatus('ingest.orders', 'front', /max_consumers/);
      await withNats(on.server.url, async ({ jsm, nc }) => {
        nc.publish('$JS.API.CONSUMER.DELETE.ORDERS.theirs');
        // An answer comes behind it.
        await jsm.streams.info('ORDERS');
      });
      await on.goesOn('ingest', 'ingest.orders');
    },
    testMsMax,
  );
});
