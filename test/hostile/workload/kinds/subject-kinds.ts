/** Subjects that match a source in odd ways, or none at all. */
import type { Dice } from '../dice.js';
import { order, text } from '../drafts.js';
import type { HostileMessage, Place } from '../hostile-message.js';
import { json, single } from '../make.js';
import type { Kind } from './kind.js';

const prefix = Buffer.from('hostile.orders.');
const at = (
  place: Place,
  dice: Dice,
  subject: string | Uint8Array,
  more: Partial<HostileMessage> = {},
): HostileMessage => single('orders', json(order(place, dice)), 'silver', { subject, ...more });

export const subjectKinds: readonly Kind[] = [
  {
    name: 'many-subjects',
    weight: 15,
    make: (place, dice) => at(place, dice, `hostile.orders.${dice.below(100_000)}`),
  },
  {
    name: 'wildcard-subjects',
    weight: 5,
    make: (place, dice) =>
      at(place, dice, `hostile.orders.${dice.one(['*', '>', 'a.*.b', '*.>', 'a*b', '>a'])}`, { refusal: 'may' }),
  },
  {
    name: 'long-subjects',
    weight: 2,
    make: (place, dice) => at(place, dice, `hostile.orders.${dice.text(dice.size(2_000))}`),
  },
  {
    name: 'subjects-of-many-tokens',
    weight: 2,
    make: (place, dice) => at(place, dice, `hostile.orders${'.x'.repeat(1 + dice.below(60))}`),
  },
  {
    name: 'foreign-subjects',
    weight: 5,
    make: (place, dice) => at(place, dice, `hostile.orders.${dice.one(['ção', '🛒', '日本', '\u00a0', '\u2028'])}`),
  },
  {
    name: 'subjects-not-utf-8',
    weight: 2,
    make: (place, dice) =>
      at(place, dice, Buffer.concat([prefix, Buffer.from([0xff, 0xc3, 0x28, 0x80 | dice.below(128)])]), {
        refusal: 'may',
      }),
  },
  {
    name: 'subjects-with-control-characters',
    weight: 2,
    make: (place, dice) =>
      at(place, dice, `hostile.orders.${dice.one(['a\u0001', '\u007f', 'a\u0000b', '\u001b[0m'])}`, { refusal: 'may' }),
  },
  {
    name: 'subjects-of-nobody',
    weight: 5,
    make: (place, dice) =>
      at(
        place,
        dice,
        dice.one([
          'hostile.other',
          'hostile',
          'hostile.orders..x',
          'hostile.orders.',
          'hostile.loose.x',
          'Hostile.orders',
          'hostile.texts.a.b',
        ]),
        { refusal: 'must' },
      ),
  },
  {
    name: 'subjects-of-texts',
    weight: 5,
    make: (place, dice) =>
      single('texts', json(text(place, dice)), 'silver', { subject: `hostile.texts.${dice.text(dice.size(50))}` }),
  },
];
