/** The events of the fault tests: a pure function of seed and index, so that whoever checks can compute what was sent. */
import { randomOf } from './random-of.js';

export const customersCount = 31;
/** Event time between two indexes. */
export const eventStepMs = 20;
export const eventStartMs = Date.UTC(2025, 0, 1);
/** Manaus is in no reference table: its region is null. */
export const regionOfCity: Readonly<Record<string, string | null>> = {
  Recife: 'Nordeste',
  Salvador: 'Nordeste',
  Santos: 'Sudeste',
  Niterói: 'Sudeste',
  Belém: 'Norte',
  Manaus: null,
};

const cities = Object.keys(regionOfCity);
/** One event in so many is malformed, one in so many repeats an earlier id. */
const malformedEvery = 100;
const repeatEvery = 100;
const repeatBackMax = 20;

export interface Order {
  /** The event id, `<customer number>-<n>`. */
  readonly order_id: string;
  readonly customer: string;
  /** Number of the order among its customer's. */
  readonly n: number;
  readonly placed_at: string;
  readonly city: string;
  readonly pieces: number;
  /** Decimal text with two digits behind the point. */
  readonly price: string;
}

export type FaultEvent =
  | { readonly kind: 'valid'; readonly order: Order; readonly bytes: Uint8Array }
  /** `reason`: the code that quarantine must give. */
  | { readonly kind: 'malformed'; readonly reason: string; readonly bytes: Uint8Array };

/** The idempotency key of the `sending`-th message that was made of an event; it tells the index. */
export function msgIdOf(index: number, sending: number): string {
  return `${index}.${sending}`;
}

/** Undefined when `msgId` was not made by `msgIdOf`. */
export function indexOf(msgId: string): number | undefined {
  const found = /^(\d+)\.\d+$/.exec(msgId)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** The event at `index`: an order, a repeat (an order under an earlier order's id), or bytes that break the contract. */
export function eventOf(seed: number, index: number): FaultEvent {
  const order = orderOf(seed, index);
  if (randomOf(seed, index, 0, malformedEvery) === 0) return malformed(order, randomOf(seed, index, 1, 5));
  return { kind: 'valid', order, bytes: Buffer.from(JSON.stringify(order)) };
}

/** Each block of indexes has every customer once, in an order of its own: n is the block's number. */
function orderOf(seed: number, index: number): Order {
  const n = Math.floor(index / customersCount);
  const step = 1 + randomOf(seed, n, 2, customersCount - 1);
  const customer = ((index % customersCount) * step + randomOf(seed, n, 3, customersCount)) % customersCount;
  const repeats = n > 0 && randomOf(seed, index, 4, repeatEvery) === 0;
  const idOf = repeats ? Math.max(0, n - 1 - randomOf(seed, index, 5, repeatBackMax)) : n;
  const cents = 1 + randomOf(seed, index, 6, 99_999);
  return {
    order_id: `${customer}-${idOf}`,
    customer: `customer ${customer}`,
    n,
    placed_at: new Date(eventStartMs + index * eventStepMs).toISOString(),
    city: cities[randomOf(seed, index, 7, cities.length)]!,
    pieces: 1 + randomOf(seed, index, 8, 9),
    price: `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`,
  };
}

function malformed(order: Order, kind: number): FaultEvent {
  const json = JSON.stringify(order);
  const refused = (reason: string, bytes: string | Uint8Array): FaultEvent => ({
    kind: 'malformed',
    reason,
    bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
  });
  switch (kind) {
    case 0:
      return refused('malformed_json', json.slice(0, -7));
    case 1:
      return refused('wrong_type', JSON.stringify({ ...order, pieces: String(order.pieces) }));
    case 2:
      return refused('missing_field', JSON.stringify({ ...order, customer: undefined }));
    case 3:
      return refused('invalid_utf8', Buffer.from(json.replace(order.city, 'São'), 'latin1'));
    default:
      return refused('unexpected_field', JSON.stringify({ ...order, coupon: 'X' }));
  }
}
