/** Times: far, fast, without zones, and spelled oddly. */
import type { Dice } from '../dice.js';
import { order, text } from '../drafts.js';
import type { Fate, Place } from '../hostile-message.js';
import { json, single } from '../make.js';
import type { Kind } from './kind.js';

const hour = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();

const orders = (name: string, weight: number, becomes: Fate, at: (place: Place, dice: Dice) => unknown): Kind => ({
  name,
  weight,
  make: (place, dice) => single('orders', json(order(place, dice), { placed_at: at(place, dice) }), becomes),
});

export const timeKinds: readonly Kind[] = [
  orders('fast-clock', 3, 'silver', ({ nowMs }, dice) => iso(nowMs + dice.one([120_000, hour, 3 * hour, 20 * hour]))),
  orders('a-day-ahead', 5, 'time_out_of_range', ({ nowMs }, dice) =>
    iso(nowMs + dice.one([26 * hour, 48 * hour, 100_000 * hour])),
  ),
  orders('long-ago', 8, 'late', ({ nowMs }, dice) =>
    dice.one([
      iso(nowMs - 48 * hour),
      '1990-01-01T00:00:00Z',
      '2016-12-31T23:59:60Z',
      '1970-01-01T00:00:00Z',
      '1700-06-01T00:00:00Z',
    ]),
  ),
  orders('no-year-of-ours', 5, 'time_out_of_range', (_, dice) =>
    dice.one(['1600-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '+12026-01-01T00:00:00Z']),
  ),
  orders('no-zone', 5, 'wrong_format', ({ nowMs }) => iso(nowMs).replace('Z', '')),
  orders('no-time', 8, 'wrong_format', (_, dice) =>
    dice.one([
      'yesterday',
      '',
      '2026-13-01T00:00:00Z',
      '2026-02-29T10:00:00Z',
      '2026-11-26T24:00:00Z',
      '2016-12-31T23:58:60Z',
      '2026-11-26T10:00:00+24:00',
      '2026-11-26',
      '2026-11-26T10:00Z',
      '1764151200',
      '２０２６-11-26T10:00:00Z',
      '2026-11-26T10:00:00.Z',
      '2026-11-26T10:00:00.1234567891Z',
    ]),
  ),
  orders('odd-time', 8, 'silver', ({ nowMs }, dice) =>
    dice.one([
      iso(nowMs).toLowerCase(),
      iso(nowMs).replace('Z', '000123Z'),
      iso(nowMs).replace('T', ' '),
      iso(nowMs - 3 * hour).replace('Z', '-03:00'),
      iso(nowMs + 23 * hour + 59 * 60_000).replace('Z', '+23:59'),
    ]),
  ),
  {
    name: 'any-epoch',
    weight: 5,
    make: (place, dice) =>
      single(
        'texts',
        json(text(place, dice), { at: dice.one([0, -1, 1, -9_000_000_000_000, place.nowMs - 10_000 * hour]) }),
        'silver',
      ),
  },
  {
    name: 'no-epoch',
    weight: 5,
    make: (place, dice) =>
      single(
        'texts',
        json(text(place, dice), {
          at: dice.one([9_000_000_000_000_000, -90_000_000_000_000, 253_402_300_799_000, place.nowMs + 50 * hour]),
        }),
        'time_out_of_range',
      ),
  },
];
