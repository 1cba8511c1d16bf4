/** Headers: ordinary ones, which bronze must hold, and such as no client would write. */
import type { Dice } from '../dice.js';
import { order } from '../drafts.js';
import type { HostileMessage, Place, Refusal } from '../hostile-message.js';
import { headOf, json, oddHead, single } from '../make.js';
import type { Kind } from './kind.js';

type Headers = ReadonlyArray<readonly [string, string]>;

const withHead = (place: Place, dice: Dice, more: Partial<HostileMessage>): HostileMessage =>
  single('orders', json(order(place, dice)), 'silver', more);

const ordinary = (name: string, weight: number, headers: (dice: Dice, place: Place) => Headers): Kind => ({
  name,
  weight,
  make: (place, dice) => {
    const list = headers(dice, place);
    return withHead(place, dice, { headers: list, head: headOf(list) });
  },
});

const odd = (
  name: string,
  weight: number,
  head: (dice: Dice, place: Place) => Buffer,
  refusal: Refusal = 'may',
): Kind => ({
  name,
  weight,
  make: (place, dice) => withHead(place, dice, { head: head(dice, place), refusal }),
});

const lines: readonly string[] = [
  'test header: x\r\n',
  'tést: x\r\n',
  'a: 1\nb: 2\r\n',
  'nothing\r\n',
  ': x\r\n',
  'a : b\r\n',
  'a:b\r\n',
  '\ta: b\r\n',
  ' folded\r\n more\r\n',
  'a: \u0000\r\n',
  'a: b\r\r\n',
  '\r\n\r\n',
  'Nats-Msg-Id\r\n',
];
const traces: readonly string[] = [
  'garbage',
  '00-00000000000000000000000000000000-0000000000000000-01',
  'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more',
  '',
  '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
  '00-ção',
];
const statuses: readonly string[] = [
  'NATS/1.0 404 No Messages',
  'NATS/1.0 100 Idle Heartbeat',
  'NATS/1.0 503',
  'NATS/1.0 408 Request Timeout',
  'NATS/1.0 409 Consumer Deleted',
  'NATS/1.0 999',
];

export const headerKinds: readonly Kind[] = [
  ordinary('ordinary-headers', 15, (_, { index }) => [
    ['ce-type', 'order.created'],
    ['ce-id', `c-${index}`],
  ]),
  ordinary('repeated-headers', 8, () => [
    ['X-Multi', '1'],
    ['x-multi', '2'],
    ['X-Multi', '3'],
    ['X-Multi', '1'],
  ]),
  ordinary('empty-and-foreign-headers', 8, () => [
    ['x-empty', ''],
    ['x-text', 'ção 🛒'],
    ['x-colon', 'a: b: c'],
    ['__proto__', 'x'],
  ]),
  ordinary('many-headers', 1, (dice) => Array.from({ length: dice.size(500) }, (_, i) => [`k${i}`, 'v'] as const)),
  ordinary('broken-traceparent', 8, (dice) => [
    ['traceparent', dice.one(traces)],
    ['tracestate', dice.text(dice.size(2_000))],
  ]),
  odd('odd-headers', 8, (dice) => oddHead(dice.one(lines))),
  odd('bytes-as-headers', 4, (dice) =>
    oddHead(Buffer.from(Array.from({ length: dice.size(200) }, () => dice.below(256)))),
  ),
  odd(
    'odd-msg-id',
    6,
    (dice, { index }) =>
      oddHead(
        dice.one([
          'Nats-Msg-Id: \r\n',
          'Nats-Msg-Id:\r\n',
          `nats-msg-id: n-${index}\r\n`,
          `Nats-Msg-Id: é${index}\r\n`,
          `Nats-Msg-Id: a${index}\r\nNats-Msg-Id: b${index}\r\n`,
          `Nats-Msg-Id:   s${index}  \r\n`,
          `X: \r\nNats-Msg-Id: t${index}\u0000\r\n`,
        ]),
      ),
    'never',
  ),
  odd(
    'long-msg-id',
    0.2,
    (dice, { index }) => headOf([['Nats-Msg-Id', `${dice.text(dice.size(60_000))}${index}`]]),
    'never',
  ),
  odd('status-lines', 4, (dice) => oddHead('', dice.one(statuses))),
  odd('status-lines-with-headers', 2, (dice) =>
    oddHead(
      'Nats-Pending-Messages: 5\r\nNats-Pending-Bytes: 9\r\nNats-Last-Consumer: 1\r\nNats-Last-Stream: 1\r\n',
      dice.one(statuses),
    ),
  ),
  odd(
    'no-version',
    2,
    (dice) => Buffer.from(dice.one(['hello world', 'NATS/1.0\r\na: b', 'NATS/2.0\r\n\r\n', '\r\n\r\n', 'NATS/1.0'])),
    'may',
  ),
  odd(
    'frame-headers',
    3,
    () =>
      headOf([
        ['Afl-Src', 'x y z'],
        ['Afl-Last', '5'],
        ['Afl-Prev', '-'],
        ['Afl-Sections', 'raw;arrow;1;1'],
      ]),
    'never',
  ),
  odd('purge-by-header', 2, (dice) => headOf([['Nats-Rollup', dice.one(['all', 'sub'])]]), 'must'),
  odd(
    'wrong-expectations',
    2,
    (dice) =>
      headOf([
        dice.one([
          ['Nats-Expected-Stream', 'other'],
          ['Nats-Expected-Last-Sequence', '99999999999'],
        ] as const),
      ]),
    'must',
  ),
  {
    name: 'status-without-payload',
    weight: 1,
    make: (_, dice) => single('orders', '', 'empty_payload', { head: oddHead('', dice.one(statuses)), refusal: 'may' }),
  },
];
