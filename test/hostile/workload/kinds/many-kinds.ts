/** Messages with several events, some of them bad; and texts that only readers of RFC 7464 or of byte order marks take apart. */
import type { Dice } from '../dice.js';
import { type Draft, order, text } from '../drafts.js';
import type { Fate, Place } from '../hostile-message.js';
import { json, several } from '../make.js';
import type { Kind } from './kind.js';

const eventsMax = 20;

interface Part {
  readonly text: string;
  readonly becomes: Fate;
}

/** Valid events, with bad ones between. */
function parts(place: Place, dice: Dice, bad: readonly Part[]): Part[] {
  return Array.from({ length: 1 + dice.below(eventsMax) }, (_, part) =>
    dice.below(6) === 0 ? dice.one(bad) : { text: json(text(place, dice, part)), becomes: 'silver' as const },
  );
}

const elements: readonly Part[] = [
  { text: '5', becomes: 'not_an_object' },
  { text: '"x"', becomes: 'not_an_object' },
  { text: 'null', becomes: 'not_an_object' },
  { text: '[{"id":1}]', becomes: 'not_an_object' },
  { text: '{"k":1}', becomes: 'missing_field' },
  { text: '{}', becomes: 'missing_field' },
];
const lines: readonly Part[] = [
  { text: '{"id":', becomes: 'malformed_json' },
  { text: '5', becomes: 'not_an_object' },
  { text: 'text', becomes: 'malformed_json' },
  { text: '{"k":1}', becomes: 'missing_field' },
  { text: '[1]', becomes: 'not_an_object' },
];

/** Two texts in the middle of which nothing tells them apart but the end of an object. */
const pair = (place: Place, dice: Dice): readonly [Draft, Draft] => [text(place, dice), text(place, dice, 1)];
const both = [{ becomes: 'silver' }, { becomes: 'silver' }] as const;

export const manyKinds: readonly Kind[] = [
  {
    name: 'array',
    weight: 20,
    make: (place, dice) => {
      const found = parts(place, dice, elements);
      return several('texts', `[${found.map((part) => part.text).join(dice.one([',', ' , ', ',\n']))}]`, found);
    },
  },
  {
    name: 'lines',
    weight: 20,
    make: (place, dice) => {
      const found = [
        { text: json(text(place, dice, eventsMax)), becomes: 'silver' as const },
        ...parts(place, dice, lines),
        { text: json(text(place, dice, eventsMax + 1)), becomes: 'silver' as const },
      ];
      return several('texts', found.map((part) => part.text).join('\n') + dice.one(['', '\n']), found);
    },
  },
  {
    name: 'lines-of-windows',
    weight: 5,
    make: (place, dice) =>
      several(
        'texts',
        `${pair(place, dice)
          .map((draft) => json(draft))
          .join('\r\n\r\n')}\r\n`,
        both,
      ),
  },
  {
    name: 'byte-order-mark',
    weight: 5,
    make: (place, dice) => several('texts', `\ufeff${json(text(place, dice))}`, [{ becomes: 'silver' }]),
  },
  {
    name: 'record-separators',
    weight: 5,
    make: (place, dice) =>
      several(
        'texts',
        pair(place, dice)
          .map((draft) => `\u001e${json(draft)}\n`)
          .join(''),
        both,
      ),
  },
  {
    name: 'objects-in-a-line',
    weight: 5,
    make: (place, dice) =>
      several(
        'texts',
        pair(place, dice)
          .map((draft) => json(draft))
          .join(dice.one(['', ' ', '\t'])),
        both,
      ),
  },
  {
    name: 'twins-in-an-array',
    weight: 5,
    make: (place, dice) => {
      const twin = json(order(place, dice));
      return several('orders', `[${twin},${twin}]`, [
        { text: twin, becomes: 'silver' },
        { text: twin, becomes: 'dropped' },
      ]);
    },
  },
];
