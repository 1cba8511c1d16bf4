/** The windows of the workload computed offline, from the orders that silver must hold. */
import { type Order, regionOfCity } from '../../workload/event-of.js';
import { decimalText, totalCents } from './expected-rows.js';

const customerSizeMs = 30_000;
const regionSizeMs = 10_000;

/** Measures as text, by `resultKey`. */
export type OracleResults = ReadonlyMap<string, string>;

/** Names one value of a window. */
export function resultKey(window: string, startMs: number, key: string | null): string {
  return `${window} ${new Date(startMs).toISOString()} ${key ?? 'null'}`;
}

export function windowOracle(orders: readonly Order[]): OracleResults {
  const results = new Map<string, string>();
  for (const [key, group] of grouped(orders, (order) =>
    resultKey('by_customer', startOf(order, customerSizeMs), order.customer),
  )) {
    results.set(key, customerValues(group));
  }
  for (const [key, group] of grouped(orders, (order) =>
    resultKey('by_region', startOf(order, regionSizeMs), regionOfCity[order.city] ?? null),
  )) {
    results.set(key, regionValues(group));
  }
  return results;
}

function customerValues(orders: readonly Order[]): string {
  const pieces = orders.reduce((sum, order) => sum + order.pieces, 0);
  return [orders.length, pieces, Math.max(...orders.map(({ n }) => n))].join('|');
}

function regionValues(orders: readonly Order[]): string {
  const revenue = orders.reduce((sum, order) => sum + totalCents(order), 0n);
  return [orders.length, decimalText(revenue), new Set(orders.map(({ customer }) => customer)).size].join('|');
}

function startOf({ placed_at }: Order, sizeMs: number): number {
  return Math.floor(Date.parse(placed_at) / sizeMs) * sizeMs;
}

function grouped(orders: readonly Order[], keyOf: (order: Order) => string): Map<string, Order[]> {
  const groups = new Map<string, Order[]>();
  for (const order of orders) {
    const key = keyOf(order);
    const group = groups.get(key);
    if (group) group.push(order);
    else groups.set(key, [order]);
  }
  return groups;
}
