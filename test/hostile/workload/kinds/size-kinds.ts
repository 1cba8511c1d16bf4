/** From texts of a few bytes to messages as large as the server takes; and ids of all lengths. */
import { loose, order } from '../drafts.js';
import { json, single } from '../make.js';
import type { Kind } from './kind.js';

/** Default max_payload of a NATS server. */
const payloadBytesMax = 1_048_576;
const wideIdCharsMax = 60_000;

export const sizeKinds: readonly Kind[] = [
  {
    name: 'long-text',
    weight: 0.4,
    make: (place, dice) =>
      single('orders', json(order(place, dice), { note: dice.text(dice.size(900_000)) }), 'silver'),
  },
  {
    name: 'long-key',
    weight: 0.1,
    make: (place, dice) =>
      single(
        'orders',
        json(order(place, dice), { customer: `${place.index} ${dice.text(dice.size(20_000))}` }),
        'silver',
      ),
  },
  {
    name: 'wide-id',
    weight: 3,
    make: (place, dice) =>
      single(
        'loose',
        json(loose(place, dice), { id: `${dice.text(dice.size(wideIdCharsMax))}${place.index}` }),
        'silver',
      ),
  },
  {
    name: 'widest-id',
    weight: 0.02,
    make: (place, dice) =>
      single('loose', json(loose(place, dice), { id: `${dice.text(900_000)}${place.index}` }), 'silver'),
  },
  {
    name: 'odd-id',
    weight: 3,
    make: (place, dice) =>
      single(
        'loose',
        json(loose(place, dice), {
          id: `${dice.one(['\u0000', 'ç', '🛒', '"', '\\', '\n', ' ', '__proto__', '\u2028'])}${place.index}`,
        }),
        'silver',
      ),
  },
  {
    name: 'long-no-json',
    weight: 0.1,
    make: (_, dice) => single('orders', `{"note":"${dice.text(dice.size(900_000))}`, 'malformed_json'),
  },
  {
    name: 'largest',
    weight: 0.02,
    make: (place, dice) => {
      const empty = json(order(place, dice), { note: '' });
      return single(
        'orders',
        empty.replace('"note":""', `"note":"${dice.text(payloadBytesMax - Buffer.byteLength(empty))}"`),
        'too_large',
      );
    },
  },
  {
    name: 'beyond-the-largest',
    weight: 0.02,
    make: (_, dice) => single('orders', Buffer.alloc(payloadBytesMax - dice.below(2_000), 0x20), 'too_large'),
  },
];
