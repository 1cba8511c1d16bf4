/** What must become of the messages that are in bronze: computed from the events' definition and the front order. */
import { eventOf, indexOf, type Order, regionOfCity } from '../../workload/event-of.js';
import { type BronzeRow, placeOf } from './row-types.js';

export interface ExpectedSilver {
  readonly orderId: string;
  readonly order: Order;
  readonly values: string;
}

export interface ExpectedRows {
  /** By place in the front stream. */
  readonly silver: ReadonlyMap<string, ExpectedSilver>;
  /** Reason by place in the front stream. */
  readonly quarantine: ReadonlyMap<string, string>;
}

/** Of several messages with one event id, the first one of the front stream counts; they share key and partition, so its order is theirs. */
export function expectedRows(seed: number, bronze: readonly BronzeRow[]): ExpectedRows {
  const silver = new Map<string, ExpectedSilver>();
  const quarantine = new Map<string, string>();
  const seen = new Set<string>();
  const inOrder = [...new Map(bronze.map((row) => [placeOf(row), row])).values()].sort(
    (a, b) => a.seq - b.seq || a.index - b.index,
  );
  for (const row of inOrder) {
    const index = row.msgId === null ? undefined : indexOf(row.msgId);
    if (index === undefined) continue;
    const event = eventOf(seed, index);
    if (event.kind === 'malformed') quarantine.set(placeOf(row), event.reason);
    else if (!seen.has(event.order.order_id)) {
      seen.add(event.order.order_id);
      silver.set(placeOf(row), {
        orderId: event.order.order_id,
        order: event.order,
        values: silverValues(event.order),
      });
    }
  }
  return { silver, quarantine };
}

/** Hundredths, for exact sums. */
export function totalCents({ pieces, price }: Order): bigint {
  return BigInt(pieces) * BigInt(price.replace('.', ''));
}

export function decimalText(cents: bigint): string {
  return `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
}

/** The row of silver as one text; `read-lake.ts` makes the same of the lake's row. */
export function silverValues(order: Order): string {
  const { customer, n, placed_at, city, pieces, price } = order;
  return [
    customer,
    n,
    Date.parse(placed_at),
    city,
    pieces,
    price,
    regionOfCity[city] ?? 'null',
    decimalText(totalCents(order)),
  ].join('|');
}
