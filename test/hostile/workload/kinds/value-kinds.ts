/** Numbers, decimals, patterns and partition values at and beyond their edges. */
import type { Dice } from '../dice.js';
import {
  canaryOf,
  type Draft,
  hostileRegions,
  longRegion,
  loose,
  order,
  overflowRegion,
  text,
  zeroRegion,
} from '../drafts.js';
import type { Fate, Place } from '../hostile-message.js';
import { json, jsonWith, single } from '../make.js';
import type { Kind } from './kind.js';

const orders = (
  name: string,
  weight: number,
  becomes: Fate,
  make: (draft: Draft, dice: Dice, place: Place) => string,
): Kind => ({
  name,
  weight,
  make: (place, dice) => single('orders', make(order(place, dice), dice, place), becomes),
});
const big = { region: overflowRegion };

export const valueKinds: readonly Kind[] = [
  orders('int64-edges', 10, 'silver', (draft, dice) =>
    jsonWith(
      { ...draft, ...big },
      'score',
      dice.one([
        '9223372036854775807',
        '-9223372036854775808',
        '9007199254740993',
        '-9007199254740993',
        '4611686018427387904',
        '9007199254740991',
      ]),
    ),
  ),
  orders('integers-with-a-point', 5, 'silver', (draft, dice) =>
    jsonWith(draft, 'score', dice.one(['1.0', '1e2', '-0', '0.0', '120e-1', '5E+1'])),
  ),
  orders('beyond-int64', 5, 'number_out_of_range', (draft, dice) =>
    jsonWith(
      draft,
      'score',
      dice.one(['9223372036854775808', '-9223372036854775809', '1e30', '1e400', '9'.repeat(400)]),
    ),
  ),
  orders('no-integer', 5, 'wrong_type', (draft, dice) =>
    jsonWith(draft, 'score', dice.one(['1.5', '"1"', 'true', '1e-1'])),
  ),
  orders('out-of-bounds', 5, 'out_of_bounds', (draft, dice) =>
    json(draft, { pieces: dice.one([0, -1, 1_000_001, 1e15]) }),
  ),
  orders('too-fine-a-price', 5, 'decimal_scale', (draft, dice) =>
    json(draft, { price: dice.one(['1.005', 1.005, '0.001']) }),
  ),
  orders('too-long-a-price', 5, 'decimal_precision', (draft, dice) =>
    jsonWith(draft, 'price', dice.one(['"12345678901.00"', '12345678901', '1e40'])),
  ),
  orders('no-price', 5, 'wrong_format', (draft, dice) =>
    json(draft, { price: dice.one(['R$ 1,00', '', '1e3', '--1', ' 1', '١', '1_000']) }),
  ),
  orders('price-edges', 5, 'silver', (draft, dice) =>
    jsonWith(
      draft,
      'price',
      dice.one(['"9999999999.99"', '-9999999999.99', '1.0000000000000000000', '"-0"', '100e-2']),
    ),
  ),
  orders('whole-cents', 20, 'silver', (draft, dice) => json(draft, { fee: dice.below(300_000) / 100 })),
  orders('broken-cents', 5, 'out_of_bounds', (draft, dice) =>
    jsonWith(draft, 'fee', `${dice.below(3_000)}.${dice.below(10)}${dice.below(10)}${1 + dice.below(9)}`),
  ),
  orders('slow-pattern', 1, 'pattern_mismatch', (draft, dice) =>
    json(draft, { code: `${'A'.repeat(28 + dice.below(3_000))}!` }),
  ),
  orders('slow-pattern-matches', 2, 'silver', (draft, dice) =>
    json(draft, { code: 'A1-'.repeat(1 + dice.below(1_000)) }),
  ),
  orders('twin-tags', 3, 'contract', (draft) => json(draft, { tags: ['a', 'b', 'a'] })),
  orders('failing-sql', 1, 'step_failed', (draft, _, place) => json(draft, { cast: canaryOf(place) })),
  orders('hostile-partition', 10, 'silver', (draft, dice) => json(draft, { region: dice.one(hostileRegions) })),
  orders('zero-partition', 1, 'silver', (draft) => json(draft, { region: zeroRegion })),
  // The columns of an SQL may be null, and an empty text is null in the Delta protocol.
  orders('empty-partition-of-sql', 2, 'any', (draft) => json(draft, { region: '' })),
  {
    name: 'empty-partition',
    weight: 2,
    make: (place, dice) => single('loose', json(loose(place, dice), { zone: '' }), 'refused'),
  },
  orders('long-partition', 1, 'any', (draft) => json(draft, { region: longRegion })),
  orders('odd-key', 5, 'silver', (draft, dice) =>
    json(draft, { customer: dice.one(['__proto__', '\u0000', 'ção 🛒', ' ', 'null', '"', '\\', '\u2028', 'a\nb']) }),
  ),
  {
    name: 'wide-integers',
    weight: 10,
    make: (place, dice) =>
      single(
        'texts',
        jsonWith(
          text(place, dice),
          'k',
          dice.one([
            '9223372036854775807',
            '-9223372036854775808',
            '9007199254740993',
            '9007199254740992',
            '1.0',
            '1e2',
          ]),
        ),
        'silver',
      ),
  },
  {
    name: 'wide-integer-ids',
    weight: 10,
    make: (place, dice) =>
      single(
        'texts',
        jsonWith(text(place, dice), 'id', `${dice.one(['', '-'])}8${String(place.index).padStart(18, '0')}`),
        'silver',
      ),
  },
];
