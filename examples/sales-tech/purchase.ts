/** Writes one purchase as JSON, with exact cents. */
import type { Customer } from './customers.js';
import { products } from './products.js';
import type { Random } from './random.js';

export interface EventText {
  readonly text: string;
  /** Only purchases have money. */
  readonly totalCents?: number;
}

const payments = ['pix', 'card', 'boleto'];
const discounts = [100, 100, 100, 95, 90];

/** Prices are texts or numbers, as both are in use; both mean the same cents. */
export function purchase(random: Random, eventId: string, at: string, { customerId, city }: Customer): EventText {
  const { productId, listPriceCents } = random.pick(products);
  const cents = Math.round((listPriceCents * random.pick(discounts)) / 100);
  const quantity = 1 + random.below(3);
  const price = random.next() < 0.5 ? `"${reais(cents)}"` : reais(cents);
  const store = random.next() < 0.3 ? `,"store":"Loja ${city}"` : '';
  const text =
    `{"event_id":"${eventId}","user_id":"${customerId}","occurred_at":"${at}","product_id":"${productId}",` +
    `"quantity":${quantity},"unit_price":${price},"payment":"${random.pick(payments)}"${store}}`;
  return { text, totalCents: cents * quantity };
}

function reais(cents: number): string {
  const rest = cents % 100;
  return `${(cents - rest) / 100}.${rest < 10 ? '0' : ''}${rest}`;
}
