/** Writes one interaction with the shop's pages as JSON. */
import type { Customer } from './customers.js';
import { products } from './products.js';
import type { EventText } from './purchase.js';
import type { Random } from './random.js';

/** As often as each stands here. */
const actions = [
  'view',
  'view',
  'view',
  'view',
  'search',
  'search',
  'add_to_cart',
  'add_to_cart',
  'remove_from_cart',
  'checkout',
];
const queries = [
  'notebook para programação',
  'fone sem fio',
  'promoção de verão',
  'placa de vídeo',
  'cartão de memória',
  'ação',
];
const devices = ['phone', 'phone', 'tablet', 'desktop'];

export function click(random: Random, eventId: string, at: string, { customerId }: Customer): EventText {
  const action = random.pick(actions);
  const about =
    action === 'search' ? `"query":"${random.pick(queries)}"` : `"product_id":"${random.pick(products).productId}"`;
  const text =
    `{"event_id":"${eventId}","user_id":"${customerId}","occurred_at":"${at}","action":"${action}",` +
    `${about},"device":"${random.pick(devices)}"}`;
  return { text };
}
