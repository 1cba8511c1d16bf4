/** Orders for test/pipelines/orders, and what must become of them according to DuckDB. */
import { seededRandom } from '../../../examples/sales-tech/random.js';

export interface Order {
  readonly order_id: string;
  readonly customer: string;
  readonly placed_at: string;
  readonly pieces: number;
  readonly price: string | number;
  readonly city?: string | null;
  readonly weight?: number | null;
  readonly gift?: boolean;
  readonly note?: string;
  readonly tags?: readonly string[];
}

/** Manaus is in no reference table. */
const cities = ['Recife', 'Olinda', 'Santos', 'Campinas', 'Niterói', 'Manaus', null];
const customersCount = 23;
/** A minute of event time, wholly in the past, so that the clock closes the last window. */
const spanMs = 60_000;

/** Valid orders in the order of their times; the same arguments give the same orders. */
export function makeOrders(
  count: number,
  { startMs, prefix = 'o', seed = 3 }: { startMs: number; prefix?: string; seed?: number },
): Order[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i): Order => {
    const city = cities[random.below(cities.length)]!;
    const cents = random.below(100_000);
    const price = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
    return {
      order_id: `${prefix}-${i}`,
      customer: `customer ${random.below(customersCount)}`,
      placed_at: new Date(startMs + Math.floor((i * spanMs) / count)).toISOString(),
      pieces: 1 + random.below(9),
      price: random.below(2) === 0 ? price : Number(price),
      ...(random.below(4) > 0 && { city }),
      ...(random.below(3) > 0 && { weight: random.below(5) === 0 ? null : random.below(1000) / 8 }),
      ...(random.below(2) === 0 && { gift: random.below(2) === 0 }),
      ...(random.below(3) === 0 && { note: 'ação "rápida"\n\u{1F600}' }),
      ...(random.below(3) === 0 && { tags: ['a', 'b,c'] }),
    };
  });
}

export function toBytes(order: Order): Uint8Array {
  return Buffer.from(JSON.stringify(order));
}

/** The start of a run of orders whose windows have all passed. */
export function pastStartMs(nowMs: number): number {
  return Math.floor((nowMs - 3 * spanMs) / 10_000) * 10_000;
}
