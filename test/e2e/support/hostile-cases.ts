/** Messages that try to break the pipeline test/pipelines/orders, and what must become of each of their events. */
import { randomBytes } from 'node:crypto';

export interface HostileCase {
  readonly name: string;
  readonly payload: Uint8Array | string;
  /** For each event of the message, in no order: `silver`, a reason of the quarantine, or `dropped` for a duplicate. */
  readonly becomes: readonly string[];
}

/** Default max_payload of a NATS server, and the room that a frame's headers need. */
const payloadBytesMax = 1_048_576;
const headroomBytes = 16 * 1024;
const deep = 100_000;
const hour = 3_600_000;

/** Events of the pipeline, each with an id of its own. */
class EventTexts {
  #next = 0;

  constructor(private readonly nowMs: number) {}

  isoAgo(ms: number): string {
    return new Date(this.nowMs - ms).toISOString();
  }

  event(changes: object = {}): string {
    return JSON.stringify({ ...this.#base(), ...changes });
  }

  /** `text` takes the place of the value of `note`, as it is. */
  raw(text: string, field = 'note'): string {
    return this.event({ [field]: '@' }).replace('"@"', text);
  }

  without(field: string): string {
    const { [field]: _, ...rest } = this.#base();
    return JSON.stringify(rest);
  }

  sized(bytes: number): string {
    const empty = this.event({ note: '' });
    return empty.replace('"note":""', `"note":"${big(bytes - empty.length)}"`);
  }

  #base(): Record<string, unknown> {
    return {
      order_id: `h-${this.#next++}`,
      customer: 'hostile',
      placed_at: this.isoAgo(60_000),
      pieces: 1,
      price: '1.00',
    };
  }
}

const big = (bytes: number): string => randomBytes(bytes).toString('base64').slice(0, bytes);
const rejected = (name: string, reason: string, payload: Uint8Array | string): HostileCase => ({
  name,
  payload,
  becomes: [reason],
});
const accepted = (name: string, payload: Uint8Array | string): HostileCase => ({ name, payload, becomes: ['silver'] });

export function hostileCases(nowMs: number): HostileCase[] {
  const make = new EventTexts(nowMs);
  const groups = [borders, encodings, kinds, types, fields, numbers, decimals, times, sizes];
  return [...groups.flatMap((group) => group(make)), accepted('an ordinary event after all that', make.event())];
}

/** Where one event ends and the next begins. */
function borders(make: EventTexts): HostileCase[] {
  return [
    rejected('no byte at all', 'empty_payload', ''),
    rejected('blanks', 'malformed_json', '   '),
    rejected('blank lines', 'malformed_json', '\n \n'),
    rejected('cut off', 'malformed_json', make.event().slice(0, -5)),
    {
      name: 'objects without a line between them',
      payload: `${make.event()} ${make.event()}${make.event()}`,
      becomes: ['silver', 'silver', 'silver'],
    },
    {
      name: 'objects that go over lines',
      payload: `${JSON.stringify(JSON.parse(make.event()), null, 2)}\n${make.event()}\n`,
      becomes: ['silver', 'silver'],
    },
    {
      name: 'a text sequence, one of it cut off',
      payload: `\u001e${make.event()}\n\u001e${make.event().slice(0, 20)}\u001e${make.event()}\n`,
      becomes: ['silver', 'malformed_json', 'silver'],
    },
    rejected('trailing comma', 'malformed_json', make.event().replace('}', ',}')),
  ];
}

/** Bytes, characters and escapes. */
function encodings(make: EventTexts): HostileCase[] {
  return [
    accepted('byte order mark', `\uFEFF${make.event()}`),
    rejected('two byte order marks', 'malformed_json', `\uFEFF\uFEFF${make.event()}`),
    rejected('random bytes', 'invalid_utf8', Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0xc3]), randomBytes(300)])),
    rejected('text that is not UTF-8', 'invalid_utf8', Buffer.from(make.event({ note: 'ação' }), 'latin1')),
    rejected('unpaired surrogate', 'invalid_utf8', make.raw('"\\ud800"')),
    rejected('control character in a string', 'malformed_json', make.raw('"a\u0001b"')),
    accepted('escaped control characters', make.event({ note: 'a\u0000b\u001f\u007f\u2028' })),
  ];
}

/** What is no object, and many of them. */
function kinds(make: EventTexts): HostileCase[] {
  return [
    rejected('JSON null', 'not_an_object', 'null'),
    rejected('JSON number', 'not_an_object', '42'),
    rejected('JSON text', 'not_an_object', '"text"'),
    rejected('empty array', 'not_an_object', '[]'),
    {
      name: 'array of all kinds',
      payload: `[${make.event()}, 5, "x", null, [${make.event()}], ${make.event({ pieces: 0 })}]`,
      becomes: ['silver', 'not_an_object', 'not_an_object', 'not_an_object', 'not_an_object', 'out_of_bounds'],
    },
    {
      name: 'lines, one of them cut off',
      payload: `${make.event()}\n${make.event().slice(0, 20)}\r\n\n${make.event()}\n`,
      becomes: ['silver', 'malformed_json', 'silver'],
    },
    rejected('arrays nested deeply', 'too_deep', '['.repeat(deep) + ']'.repeat(deep)),
    rejected('arrays opened and never closed', 'too_deep', '['.repeat(deep)),
    rejected('objects nested deeply', 'too_deep', make.raw(`${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`, 'tags')),
  ];
}

/** Values of another type. */
function types(make: EventTexts): HostileCase[] {
  return [
    rejected('text where a number is due', 'wrong_type', make.event({ pieces: '3' })),
    rejected('number where a text is due', 'wrong_type', make.event({ customer: 7 })),
    rejected('null where a text is due', 'wrong_type', make.event({ placed_at: null })),
    rejected('fraction where an integer is due', 'wrong_type', make.event({ pieces: 1.5 })),
    rejected('object where a flag is due', 'wrong_type', make.event({ gift: {} })),
    rejected('array with a wrong element', 'wrong_type', make.event({ tags: ['a', 1] })),
  ];
}

/** Fields that are absent, unknown, twice there. */
function fields(make: EventTexts): HostileCase[] {
  return [
    rejected('absent id', 'missing_field', make.without('order_id')),
    rejected('absent key', 'missing_field', make.without('customer')),
    rejected('absent time', 'missing_field', make.without('placed_at')),
    rejected('empty id', 'out_of_bounds', make.event({ order_id: '' })),
    rejected('long id', 'out_of_bounds', make.event({ order_id: 'x'.repeat(41) })),
    rejected('unknown field', 'unexpected_field', make.event({ coupon: 'X' })),
    rejected('__proto__', 'unexpected_field', make.raw('{"pieces":9}').replace('"note"', '"__proto__"')),
    rejected('constructor', 'unexpected_field', make.event({ constructor: { prototype: {} } })),
    accepted(
      'duplicate fields, the last one counts',
      make.event().replace('"pieces":1', '"pieces":"first","pieces":2'),
    ),
    rejected(
      'duplicate fields, the last one is wrong',
      'wrong_type',
      make.event().replace('"pieces":1', '"pieces":2,"pieces":"last"'),
    ),
  ];
}

/** Numbers that no column can hold, or just so. */
function numbers(make: EventTexts): HostileCase[] {
  return [
    rejected('NaN', 'malformed_json', make.raw('NaN', 'weight')),
    rejected('Infinity', 'malformed_json', make.raw('-Infinity', 'weight')),
    rejected('1e400 as a float', 'number_out_of_range', make.raw('1e400', 'weight')),
    rejected('1e400 as an integer', 'number_out_of_range', make.raw('1e400', 'pieces')),
    rejected('1e400 as a decimal', 'number_out_of_range', make.raw('1e400', 'price')),
    rejected('an integer of 400 digits', 'number_out_of_range', make.raw('9'.repeat(400), 'pieces')),
    rejected('2^53 + 1', 'out_of_bounds', make.raw('9007199254740993', 'pieces')),
    rejected('2^63', 'out_of_bounds', make.raw('9223372036854775808', 'pieces')),
    accepted('a float of 30 digits', make.raw('123456789012345678901234567890', 'weight')),
    accepted('a tiny float', make.raw('5e-324', 'weight')),
  ];
}

/** Money. */
function decimals(make: EventTexts): HostileCase[] {
  return [
    rejected('too many digits behind the point', 'decimal_scale', make.event({ price: '1.005' })),
    rejected('too many digits', 'decimal_precision', make.event({ price: '12345678901.00' })),
    rejected('money in words', 'wrong_format', make.event({ price: 'R$ 1,00' })),
    accepted('the largest money', make.event({ price: '9999999999.99' })),
  ];
}

/** Times, and what they are late for. */
function times(make: EventTexts): HostileCase[] {
  const twice = make.event();
  return [
    rejected('the 13th month', 'wrong_format', make.event({ placed_at: '2026-13-01T00:00:00Z' })),
    rejected('a time without offset', 'wrong_format', make.event({ placed_at: '2026-01-01T00:00:00' })),
    rejected('yesterday', 'wrong_format', make.event({ placed_at: 'yesterday' })),
    rejected('the year 1600', 'time_out_of_range', make.event({ placed_at: '1600-01-01T00:00:00Z' })),
    rejected('the year 9999', 'time_out_of_range', make.event({ placed_at: '9999-12-31T23:59:59Z' })),
    rejected('the year 12026', 'time_out_of_range', make.event({ placed_at: '+12026-01-01T00:00:00Z' })),
    rejected('two days ahead', 'time_out_of_range', make.event({ placed_at: make.isoAgo(-48 * hour) })),
    rejected('two days late', 'late', make.event({ placed_at: make.isoAgo(48 * hour) })),
    rejected('the year 1990', 'late', make.event({ placed_at: '1990-01-01T00:00:00Z' })),
    { name: 'the same event twice', payload: `[${twice},${twice}]`, becomes: ['silver', 'dropped'] },
  ];
}

/** Large events, and as many as go into a message. */
function sizes(make: EventTexts): HostileCase[] {
  return [
    accepted('a text of 900 KB', make.event({ note: big(900_000) })),
    accepted('a key of 900 KB', make.event({ customer: big(900_000) })),
    rejected('900 KB that are no JSON', 'malformed_json', `{"note":"${big(900_000)}`),
    rejected('900 KB of zeros', 'malformed_json', new Uint8Array(900_000)),
    rejected('900 KB in an unknown field', 'unexpected_field', make.event({ coupon: big(900_000) })),
    accepted('nearly the largest event that fits into a frame', make.sized(payloadBytesMax - headroomBytes - 5_000)),
    rejected(
      'the largest event that fits into a raw frame, not into one of columns',
      'too_large',
      make.sized(payloadBytesMax - headroomBytes),
    ),
    rejected('an event that fits into a message only', 'too_large', make.sized(payloadBytesMax - headroomBytes + 1)),
    rejected('a message as large as the server takes', 'too_large', make.sized(payloadBytesMax)),
    {
      name: 'many events in one large message',
      payload: `[${Array.from({ length: 6_000 }, () => make.event()).join(',')}]`,
      becomes: new Array<string>(6_000).fill('silver'),
    },
  ];
}
