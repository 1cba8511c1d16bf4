/** Payloads that are no JSON, or JSON of the wrong shape. */
import type { Dice } from '../dice.js';
import type { Draft } from '../drafts.js';
import { order } from '../drafts.js';
import type { Fate, HostileMessage, Place } from '../hostile-message.js';
import { json, jsonWith, several, single, without } from '../make.js';
import type { Kind } from './kind.js';

const deepMax = 4_000;
const nestingMax = 512;

type Texts = (draft: Draft, dice: Dice) => string | Uint8Array;

/** Orders whose text something was done to. */
const orders = (name: string, weight: number, becomes: Fate, text: Texts): Kind => ({
  name,
  weight,
  make: (place: Place, dice: Dice): HostileMessage => single('orders', text(order(place, dice), dice), becomes),
});

const nested = (open: string, close: string, dice: Dice): string => {
  const depth = nestingMax + 2 + dice.below(deepMax);
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
};

export const jsonKinds: readonly Kind[] = [
  orders('cut-off', 20, 'malformed_json', (draft, dice) => json(draft, { tags: [] }).slice(0, 1 + dice.below(60))),
  orders('trailing-comma', 5, 'malformed_json', (draft) => json(draft).replace(/\}$/, ',}')),
  orders('comment', 5, 'malformed_json', (draft) => `${json(draft)}// and so on`),
  orders('single-quotes', 5, 'malformed_json', (draft) => json(draft, { tags: [] }).replaceAll('"', "'")),
  orders('not-a-number', 5, 'malformed_json', (draft, dice) =>
    jsonWith(draft, 'fee', dice.one(['NaN', '-Infinity', '01', '+1', '.5', '1.', '0x1F', '1e', 'undefined'])),
  ),
  orders('control-character', 5, 'malformed_json', (draft) => jsonWith(draft, 'note', '"a\u0001b"')),
  orders('blanks', 3, 'malformed_json', (_, dice) => dice.one([' ', '   ', '\n \n', '\t'])),
  orders('no-bytes', 5, 'empty_payload', () => ''),
  orders('no-object', 5, 'not_an_object', (_, dice) => dice.one(['null', 'true', '42', '"text"', '[]'])),
  orders('not-utf-8', 10, 'invalid_utf8', (draft) => Buffer.from(json(draft, { note: 'ação', tags: [] }), 'latin1')),
  orders('random-bytes', 5, 'invalid_utf8', (_, dice) =>
    Buffer.from([0xff, 0xfe, ...Array.from({ length: dice.size(300) }, () => 0x80 | dice.below(128))]),
  ),
  orders('half-a-surrogate', 5, 'invalid_utf8', (draft, dice) =>
    jsonWith(draft, 'note', dice.one(['"\\ud800"', '"\\udc00x"', '"a\\ud83d\\ud83d"'])),
  ),
  {
    name: 'nested-arrays',
    weight: 2,
    make: (_, dice) => several('orders', nested('[', ']', dice), [{ becomes: 'too_deep' }]),
  },
  orders('nested-objects', 2, 'too_deep', (draft, dice) => jsonWith(draft, 'tags', nested('{"a":', '}', dice))),
  orders('never-closed', 2, 'too_deep', (_, dice) => '['.repeat(nestingMax * 2 + 2 + dice.below(deepMax))),
  orders('missing-field', 8, 'missing_field', (draft, dice) =>
    without(draft, dice.one(['order_id', 'customer', 'placed_at', 'region', 'price', 'cast'])),
  ),
  orders('unexpected-field', 8, 'unexpected_field', (draft, dice) =>
    json(draft).replace(
      /\}$/,
      `,"${dice.one(['coupon', '__proto__', 'constructor', 'toString', '', 'ção', '\\u0000', '_seq', 'order_id '])}":1}`,
    ),
  ),
  orders('wrong-type', 8, 'wrong_type', (draft, dice) =>
    json(draft, {
      [dice.one(['order_id', 'customer', 'note', 'code', 'cast', 'pieces'])]: dice.one([null, true, [], {}, ['x']]),
    }),
  ),
  orders('not-in-enum', 4, 'not_in_enum', (draft, dice) =>
    json(draft, { region: dice.one(['North', 'north ', 'n', null, 5, []]) }),
  ),
  orders('empty-id', 3, 'out_of_bounds', (draft) => json(draft, { order_id: '' })),
  orders('twin-name-last-counts', 5, 'silver', (draft) => json(draft).replace(/\}$/, ',"note":"the second"}')),
  orders('twin-name-last-wrong', 5, 'wrong_type', (draft) => json(draft).replace(/\}$/, ',"note":{}}')),
  orders('blanks-around', 5, 'silver', (draft) => ` \r\n\t${JSON.stringify(draft, undefined, 1)}\n\n`),
  orders('escapes', 5, 'silver', (draft) =>
    jsonWith(draft, 'note', '"a\\u0000b\\u001f\\u007f\\u2028\\ud83d\\ude00\\/"'),
  ),
  orders('escaped-names', 3, 'silver', (draft) =>
    json(draft).replace('"note"', '"\\u006eote"').replace('"customer"', '"cust\\u006fmer"'),
  ),
  {
    name: 'prototype-names',
    weight: 5,
    make: ({ index, nowMs }) =>
      single(
        'loose',
        `{"__proto__":{"k":"x"},"constructor":1,"id":"p${index}","k":"__proto__","zone":"a","at":"${new Date(nowMs).toISOString()}","body":{"__proto__":1,"toString":null}}`,
        'silver',
      ),
  },
];
