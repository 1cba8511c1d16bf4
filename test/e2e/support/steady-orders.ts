/** Orders at an even rate until they are stopped. */
import { setTimeout as sleep } from 'node:timers/promises';
import { makeOrders, toBytes } from './orders.js';
import { publishAll } from './publish.js';
import type { Watch } from './watch.js';

const perTick = 30;
const tickMs = 100;
const ordersMax = 60_000;

export interface SteadyOrders {
  /** @returns how many were published */
  stop(): Promise<number>;
}

/** 300 a second, as the pipeline test/pipelines/orders takes them. */
export function steadyOrders(watch: Watch, startMs: number): SteadyOrders {
  const orders = makeOrders(ordersMax, { startMs });
  let going = true;
  let published = 0;
  const loop = (async () => {
    while (going && published < orders.length) {
      const part = orders.slice(published, published + perTick);
      await publishAll(
        watch.nats,
        part.map((order) => ({ subject: 'shop.orders', payload: toBytes(order) })),
      );
      published += part.length;
      await sleep(tickMs);
    }
  })();
  return {
    stop: async () => {
      going = false;
      await loop;
      return published;
    },
  };
}

/** What the lake holds of them, `published` everywhere when each is there exactly once. */
export const countOrders = `
  SELECT count(*) AS rows, count(DISTINCT order_id) AS ids,
    (SELECT count(*) FROM bronze_orders) AS bronze, (SELECT count(*) FROM quarantine_orders) AS quarantine,
    (SELECT CAST(sum(orders) AS INTEGER) FROM sales_by_state_latest) AS windowed
  FROM silver_orders`;
