/**
 * A work queue of the user's, which deletes what is acknowledged, feeds tables of list items and tables by condition: ingest is killed at each point between
 * reading and acknowledging, and lake-writer at each of its own. Each row is there once, and nothing stays in the queue.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { RetentionPolicy } from '@nats-io/jetstream';
import { connectNats } from '#nats/connection/connection';
import type { NatsClient } from '#nats/ground/nats';
import { crashPoints } from '#runtime/ground/crash-point';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { Fleet } from './support/fleet.js';
import { expectInLake, listOrders, quickCommits } from './support/list-orders.js';
import { copyPipeline } from './support/pipeline-copy.js';
import { publishAll } from './support/publish.js';
import { Watch } from './support/watch.js';

const runMsMax = 180_000;
const orders = listOrders(4_000);
const batch = 100;
const pointsOf = (service: string): string[] => crashPoints.filter((point) => point.startsWith(`${service}.`));

let work: TempDir;
let server: NatsServer;
let nats: NatsClient;
let fleet: Fleet | undefined;

beforeEach(async () => {
  work = makeTempDir('crash-queue');
  server = await startNats();
  nats = await connectNats(server.url, 'crash-queue.spec');
});
afterEach(async () => {
  await fleet?.stop();
  await nats.nc.close();
  await server.stop();
  work.remove();
});

const left = async (): Promise<number> => (await nats.jsm.streams.info('ORDERS')).state.messages;

test(
  'kill -9 at each point loses and repeats no row, and leaves nothing in the queue',
  async () => {
    const pipeline = copyPipeline('examples/06-rows-of-lists', work.path, {
      'pipeline.yaml': (text) =>
        quickCommits(text).replace('subjects: [shop-lists.orders]', 'stream: ORDERS\n    filter: shop-lists.orders'),
    });
    await nats.jsm.streams.add({
      name: 'ORDERS',
      subjects: ['shop-lists.*'],
      retention: RetentionPolicy.Workqueue,
    });
    const lake = join(work.path, 'lake');
    const watch = await Watch.open(server.url, pipeline);
    const crashAt = {
      ingest: pointsOf('ingest').map((point) => `${point}:3`),
      'lake-writer': pointsOf('lake').map((point) => `${point}:2`),
    };
    try {
      fleet = await Fleet.start({ pipeline, nats: server.url, lake, logs: join(work.path, 'logs'), crashAt });
      for (let at = 0; at < orders.length; at += batch) {
        const messages = orders.slice(at, at + batch);
        await publishAll(
          nats,
          messages.map((order) => ({ subject: 'shop-lists.orders', payload: JSON.stringify(order) })),
        );
        await sleep(2 * batch);
      }
      await watch.idle(runMsMax / 2);
      expect(fleet.deaths.map(({ service }) => service).sort()).toEqual(
        Object.entries(crashAt).flatMap(([service, points]) => points.map(() => service)),
      );
      await expectInLake(lake, orders);
      for (let waits = 0; (await left()) > 0 && waits < 100; waits++) await sleep(500);
      expect(await left()).toBe(0);
    } finally {
      await watch.close();
    }
  },
  runMsMax,
);
