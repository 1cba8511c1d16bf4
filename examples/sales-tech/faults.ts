/** Spoils good events in the ways that real producers do, with the reason codes that name each fault. */
import type { Random } from './random.js';

export interface Fault {
  readonly payload: Uint8Array;
  /** Reason codes of which any names this fault rightly. */
  readonly reasons: readonly string[];
}

type Spoil = (text: string, random: Random) => Fault;

/** Bytes that are no JSON object. None has a line break: a message of several lines would be several events. */
const malformations: readonly Spoil[] = [
  (text, random) => fault(text.slice(0, 1 + random.below(text.length - 1)), 'malformed_json'),
  () => ({ payload: new Uint8Array(0), reasons: ['empty_payload'] }),
  (text) => ({ payload: withBrokenByte(text), reasons: ['invalid_utf8'] }),
  () => fault('event: purchase; total: 10', 'malformed_json'),
  (text) => fault(text.replace(/"occurred_at":"[^"]*"/, '"occurred_at":NaN'), 'malformed_json'),
  () => fault('42', 'not_an_object'),
];

/** Faults of a purchase against its contract. */
const brokenPurchases: readonly Spoil[] = [
  (text) => fault(text.replace(/"quantity":\d+/, '"quantity":"dois"'), 'wrong_type'),
  (text) => fault(text.replace(/"unit_price":[^,]+,/, ''), 'missing_field'),
  (text) => fault(text.replace(/"payment":"[^"]*"/, '"payment":"cheque"'), 'not_in_enum'),
  (text) =>
    fault(text.replace(/"unit_price":[^,]+,/, '"unit_price":1e400,'), 'decimal_precision', 'number_out_of_range'),
  (text) => fault(text.replace(/"unit_price":[^,]+,/, '"unit_price":"98765432109.00",'), 'decimal_precision'),
  (text) => fault(text.replace(/"quantity":\d+/, '"quantity":-1'), 'out_of_bounds'),
];

/** Faults of a click against its contract. */
const brokenClicks: readonly Spoil[] = [
  (text) => fault(text.replace(/"action":"[^"]*"/, '"action":"dance"'), 'not_in_enum'),
  (text) => fault(text.replace(/"device":"[^"]*"/, '"device":7'), 'wrong_type', 'not_in_enum'),
  (text) => fault(text.replace(/,"device":"[^"]*"/, ''), 'missing_field'),
];

/** Faults of what every event has. */
const brokenEvents: readonly Spoil[] = [
  (text) => fault(text.replace(/"user_id":"[^"]*",/, ''), 'missing_field'),
  (text) => fault(text.replace(/"user_id":"[^"]*"/, '"user_id":"alguém"'), 'pattern_mismatch'),
  (text) => fault(text.replace(/"occurred_at":"[^"]*"/, '"occurred_at":"ontem à tarde"'), 'wrong_format'),
  (text) =>
    fault(text.replace(/"occurred_at":"\d+-\d+/, '"occurred_at":"2024-13'), 'wrong_format', 'time_out_of_range'),
  (text) => fault(text.replace(/"occurred_at":"\d+/, '"occurred_at":"+12024'), 'time_out_of_range', 'wrong_format'),
];

export function malformed(random: Random, text: string): Fault {
  return random.pick(malformations)(text, random);
}

export function contractBreaking(random: Random, text: string, source: string): Fault {
  const own = source === 'transactions' ? brokenPurchases : brokenClicks;
  return random.pick(random.next() < 0.5 ? own : brokenEvents)(text, random);
}

function fault(text: string, ...reasons: string[]): Fault {
  return { payload: Buffer.from(text, 'utf8'), reasons };
}

/** The first byte of a two-byte character, followed by a quote. */
function withBrokenByte(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  const place = bytes.indexOf('","occurred_at"') - 1;
  bytes[place] = 0xc3;
  return bytes;
}
