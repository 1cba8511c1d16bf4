/** Which properties become the id, the key and the event time of a first pipeline, and what is said where none can. */
import { describe, expect, test } from '@jest/globals';
import { Profile } from '../profile/profile.js';
import { type Drafted, firstDraft } from './first-draft.js';

type Event = Readonly<Record<string, unknown>>;

function drafted(events: readonly Event[], named = {}, name = 'orders'): Drafted {
  const profile = new Profile();
  for (const event of events) profile.add(JSON.stringify(event));
  return firstDraft({ profile, envelope: undefined }, { name, sample: '3 events of orders.ndjson', named });
}

function chosen(events: readonly Event[], named = {}, name = 'orders'): Record<string, string> {
  const outcome = drafted(events, named, name);
  if (!outcome.ok) throw new Error(outcome.reasons.join('\n'));
  const { id, key, eventTime } = outcome.draft.choice;
  return { id: id!.path, key: key.path, eventTime: eventTime!.path };
}

const reasons = (events: readonly Event[], named = {}): readonly string[] => {
  const outcome = drafted(events, named);
  return outcome.ok ? [] : outcome.reasons;
};

const at = (second: number): string => `2026-01-02T03:04:${String(second).padStart(2, '0')}Z`;
const orders = Array.from({ length: 20 }, (_, n) => ({
  title: `t${n}`,
  customer: `c${n % 5}`,
  sku: n % 9,
  order_id: n,
  trace: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  updated_at: at(n + 1),
  ordered_at: at(n),
  state: n % 2 ? 'new' : 'paid',
}));

describe('a source', () => {
  test('is identified by the property of its name, keyed by what it is about, and dated by when it happened', () => {
    expect(chosen(orders)).toEqual({ id: 'order_id', key: 'customer', eventTime: 'ordered_at' });
  });

  test('is identified by a UUID where no name says more, and then keyed by an id of something else', () => {
    expect(chosen(orders.map(({ order_id: _, ...order }, n) => ({ ...order, shop_id: n % 3 })))).toMatchObject({
      id: 'trace',
      key: 'shop_id',
    });
  });

  test('is keyed by the id where nothing else groups its events', () => {
    expect(chosen(orders.map(({ order_id, ordered_at }) => ({ order_id, ordered_at })))).toMatchObject({
      key: 'order_id',
    });
  });

  test('has the same id for the same event that was sent twice', () => {
    expect(chosen([...orders, orders[3]!, orders[3]!])).toMatchObject({ id: 'order_id' });
    expect(chosen([...orders, { ...orders[3]!, trace: 'ffffffff-0000-4000-8000-000000000000' }])).toMatchObject({
      id: 'trace',
    });
  });

  test('takes what the user names', () => {
    expect(chosen(orders, { id: 'title', key: 'state', eventTime: 'updated_at' })).toEqual({
      id: 'title',
      key: 'state',
      eventTime: 'updated_at',
    });
  });

  test('has its evidence and the other candidates as comments', () => {
    const outcome = drafted(orders);
    expect(outcome.ok && outcome.draft.pipeline).toBe(
      `# A first pipeline, made by "afluente infer" of 3 events of orders.ndjson. The comments say what was seen: change what you know better.
apiVersion: afluente/v1
name: orders

sources:
  orders:
    subjects: [events.orders]
    contract: contracts/orders.schema.json
    # no two of 20 different events have the same. Also possible: trace (no two of 20 different events have the same)
    id: order_id
    # 5 different. Also possible: sku (9 different)
    key: customer
    eventTime:
      # 2026-01-02T03:04:00Z to 2026-01-02T03:04:19Z. Also possible: updated_at (2026-01-02T03:04:01Z to 2026-01-02T03:04:20Z)
      field: ordered_at
`,
    );
  });
});

describe('a sample', () => {
  test('without an id says what one is, and what came nearest', () => {
    expect(
      reasons(orders.map(({ title, customer, ordered_at }) => ({ title, customer, ordered_at, code: 1 }))),
    ).toEqual([
      'no property is known to identify an event. The id is a text or an integer that every event has, and no two events share. Nearest: title (no two events have the same, by chance or not); code (1 different in 20 events). Let the producers add one, or name one of these with --id if it does.',
    ]);
  });

  test('without an event time says how one is written, and which are written otherwise', () => {
    const dated = { born: '2026-01-02', sold: '01/02/2026 10:00', opened: 'Jan 2 2026' };
    const events = orders.map(({ order_id }, n) => ({ order_id, ...dated, ...(n === 3 && { closed_at: at(1) }) }));
    expect(reasons(events)).toEqual([
      'no property says when an event happened. The event time is a date-time as RFC 3339 writes it (2026-01-31T23:59:59Z), another time with an offset, one without offset whose time zone --time-zone names, or an integer of seconds, milliseconds or microseconds since 1970, in every event. Nearest: born (dates without a time of day); sold (written otherwise, e.g. "01/02/2026 10:00"); opened (written otherwise, e.g. "Jan 2 2026"); closed_at (in 1 of 20). Let the producers add one.',
    ]);
  });

  test('of which the user names what cannot be says why', () => {
    expect(reasons(orders, { id: 'nothing', eventTime: 'title' })).toEqual([
      '--id nothing: no property of this name is in every event without being null',
      '--event-time title: The event time is a date-time as RFC 3339 writes it (2026-01-31T23:59:59Z), another time with an offset, one without offset whose time zone --time-zone names, or an integer of seconds, milliseconds or microseconds since 1970, in every event',
    ]);
  });
});
