/** Orders with a customer within and up to four items: what nested values cost beside flat ones. */
import type { Published, RunOptions } from '../../../examples/example.js';
import { type Random, seededRandom } from '../../../examples/sales-tech/random.js';
import type { EventMaker } from '../whole/workload.js';

const batch = 1_000;
/** Of event time, as in the sales example. */
const eventsPerSecond = 2_000;
const states = ['SP', 'RJ', 'MG', 'BA', 'RS', 'PR'] as const;
const tags = ['new', 'gift', 'fragile'] as const;

export const example: EventMaker = { startMs: (nowMs) => nowMs, events };

async function* events({ count = 0, seed, startMs }: RunOptions): AsyncGenerator<Published[]> {
  const random = seededRandom(seed);
  for (let from = 0; from < count; from += batch)
    yield Array.from({ length: Math.min(batch, count - from) }, (_, at) => order(from + at, random, startMs));
}

function order(at: number, random: Random, startMs: number): Published {
  const orderId = `order-${at}`;
  const items = Array.from({ length: random.below(5) }, () => ({
    sku: `sku-${random.below(2_000)}`,
    count: 1 + random.below(4),
    price: `${random.below(900)}.90`,
    tags: tags.filter(() => random.below(4) === 0),
  }));
  const customer = {
    id: `customer-${random.below(50_000)}`,
    address: { city: `city ${random.below(500)}`, state: random.pick(states) },
  };
  const value = {
    order_id: orderId,
    placed_at: new Date(startMs + Math.floor((at * 1_000) / eventsPerSecond)).toISOString(),
    total: `${random.below(9_000)}.50`,
    customer,
    items,
  };
  return {
    subject: 'bench.orders',
    msgId: orderId,
    payload: Buffer.from(JSON.stringify(value)),
    expect: { table: 'silver', source: 'orders', eventId: orderId },
  };
}
