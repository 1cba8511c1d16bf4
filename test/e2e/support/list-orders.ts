/** Orders with lists of items, for the pipeline of examples/06-rows-of-lists, and what its tables hold of them. */
import { expect } from '@jest/globals';
import { seededRandom } from '../../../examples/sales-tech/random.js';
import { withLake } from './lake.js';

export interface Order {
  readonly order_id: string;
  readonly customer: { readonly id: number; readonly country: string };
  readonly placed_at: string;
  readonly items: readonly { readonly sku: string; readonly count: number }[];
}

export function listOrders(count: number): Order[] {
  const random = seededRandom(7);
  return Array.from({ length: count }, (_, at) => ({
    order_id: `o-${at}`,
    customer: { id: random.below(50), country: ['BR', 'PT', 'US'][random.below(3)]! },
    placed_at: new Date(Date.UTC(2026, 0, 5) + at * 1_000).toISOString(),
    items: Array.from({ length: random.below(4) }, (_, place) => ({ sku: `s${place}`, count: 1 + random.below(9) })),
  }));
}

/** Its text for a test: it commits often, and a silent partition soon lets time go on. */
export function quickCommits(text: string): string {
  return text
    .replace('lake:', 'lake:\n  commit: { every: 300ms }')
    .replace('placed_at }', 'placed_at, idleAfter: 1500ms }');
}

/** Each item, and each order in one of the two tables by country, once. */
export async function expectInLake(lake: string, orders: readonly Order[]): Promise<void> {
  await withLake(lake, async (ask) => {
    const items = await ask('SELECT order_id, country, _position, sku, count FROM order_items ORDER BY ALL');
    expect(items).toEqual(
      orders
        .flatMap(({ order_id, customer: { country }, items: list }) =>
          list.map(({ sku, count }, place) => ({ order_id, country, _position: place, sku, count })),
        )
        .toSorted((one, other) => byText(one.order_id, other.order_id) || one._position - other._position),
    );
    const divided = await ask(
      "SELECT order_id, 'BR' AS place FROM orders_br UNION ALL SELECT order_id, 'abroad' FROM orders_abroad ORDER BY ALL",
    );
    expect(divided).toEqual(
      orders
        .map(({ order_id, customer: { country } }) => ({ order_id, place: country === 'BR' ? 'BR' : 'abroad' }))
        .toSorted((one, other) => byText(one.order_id, other.order_id)),
    );
  });
}

function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
