/** kill -9 of lake-writer at each of its crash points, with tables of list items and tables by condition: each has its rows once. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { crashPoints } from '#runtime/ground/crash-point';
import { seededRandom } from '../../examples/sales-tech/random.js';
import { type NatsServer, startNats } from '../support/nats-server.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { Fleet } from './support/fleet.js';
import { withLake } from './support/lake.js';
import { copyPipeline } from './support/pipeline-copy.js';
import { publishAll } from './support/publish.js';
import { Watch } from './support/watch.js';

const runMsMax = 120_000;
const orders = 2_000;
const batch = 250;
const lakePoints = crashPoints.filter((point) => point.startsWith('lake.'));

let work: TempDir;
let server: NatsServer;
let fleet: Fleet | undefined;

beforeEach(async () => {
  work = makeTempDir('crash-parts');
  server = await startNats();
});
afterEach(async () => {
  await fleet?.stop();
  await server.stop();
  work.remove();
});

interface Order {
  readonly order_id: string;
  readonly customer: { readonly id: number; readonly country: string };
  readonly placed_at: string;
  readonly items: readonly { readonly sku: string; readonly count: number }[];
}

function makeOrder(at: number, random: ReturnType<typeof seededRandom>): Order {
  return {
    order_id: `o-${at}`,
    customer: { id: random.below(50), country: ['BR', 'PT', 'US'][random.below(3)]! },
    placed_at: new Date(Date.UTC(2026, 0, 5) + at * 1_000).toISOString(),
    items: Array.from({ length: random.below(4) }, (_, place) => ({ sku: `s${place}`, count: 1 + random.below(9) })),
  };
}

test.each(lakePoints)(
  '%s loses and repeats no row',
  async (point) => {
    const pipeline = copyPipeline('examples/06-rows-of-lists', work.path, {
      'pipeline.yaml': (text) =>
        text
          .replace('lake:', 'lake:\n  commit: { every: 300ms }')
          .replace('placed_at }', 'placed_at, idleAfter: 1500ms }'),
    });
    const lake = join(work.path, 'lake');
    const watch = await Watch.open(server.url, pipeline);
    const random = seededRandom(7);
    const all = Array.from({ length: orders }, (_, at) => makeOrder(at, random));
    try {
      const crashAt = { 'lake-writer': [`${point}:2`] };
      fleet = await Fleet.start({ pipeline, nats: server.url, lake, logs: join(work.path, 'logs'), crashAt });
      for (let at = 0; at < orders; at += batch) {
        const messages = all
          .slice(at, at + batch)
          .map((order) => ({ subject: 'shop-lists.orders', payload: JSON.stringify(order) }));
        await publishAll(watch.nats, messages);
        await sleep(batch);
      }
      await watch.idle(runMsMax / 2);
      expect(fleet.deaths).toEqual([{ service: 'lake-writer', how: 'SIGKILL' }]);
      await withLake(lake, async (ask) => {
        const items = await ask('SELECT order_id, country, _position, sku, count FROM order_items ORDER BY ALL');
        const due = all.flatMap(({ order_id, customer: { country }, items: list }) =>
          list.map(({ sku, count }, place) => ({ order_id, country, _position: place, sku, count })),
        );
        const inOrder = (one: (typeof due)[number], other: (typeof due)[number]): number =>
          one.order_id < other.order_id ? -1 : one.order_id > other.order_id ? 1 : one._position - other._position;
        expect(items).toEqual(due.toSorted(inOrder));
        const divided = await ask(
          "SELECT order_id, 'BR' AS place FROM orders_br UNION ALL SELECT order_id, 'abroad' FROM orders_abroad ORDER BY ALL",
        );
        expect(divided).toEqual(
          all
            .map(({ order_id, customer: { country } }) => ({ order_id, place: country === 'BR' ? 'BR' : 'abroad' }))
            .toSorted((one, other) => (one.order_id < other.order_id ? -1 : 1)),
        );
      });
    } finally {
      await watch.close();
    }
  },
  runMsMax,
);
