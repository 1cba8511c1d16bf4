/** What is inferred of events takes these events, whatever they hold; and what stands in a draft is what a person would have written. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contractIn, draftOf, inferred, many, type Property, propertiesOf, withValues } from './example-draft.js';

fc.configureGlobal({ seed: 1 });

/** JSON text of a number, as a producer may write it. */
class Raw {
  constructor(readonly text: string) {}
}

function json(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(json).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, part]) => `${JSON.stringify(name)}:${json(part)}`)
    .join(',')}}`;
}

const digits = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength });
const whole = digits(45).map((text) => BigInt(text).toString());
const rawNumber = fc
  .tuple(
    fc.constantFrom('', '-'),
    whole,
    fc.constantFrom('', '.'),
    digits(25),
    fc.constantFrom('', 'e2', 'E-7', 'e+18'),
  )
  .map(([sign, before, point, behind, exponent]) => new Raw(sign + before + (point && point + behind) + exponent));
const time = fc
  .date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true })
  .map((date) => date.toISOString());
const text = fc.string({ unit: 'binary' }).filter((one) => one.isWellFormed());
const name = fc.oneof(
  fc.constantFrom('price', 'created_at', 'customerId', 'a b', 'é', '_seq', 'toString', 'A', 'a', 'x.y', '', '~/'),
  text,
);
/** Values as one property of real events has them: of one kind, or of a few. */
const { value: anyValue } = fc.letrec<{ value: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    text,
    time,
    time.map((one) => one.slice(0, 10)),
    fc.uuid(),
    fc.constantFrom('new', 'paid', 'sent', ''),
    fc.constantFrom('S', 'N', 'não', 'Yes', 'no'),
    fc.constantFrom(
      '31/12/2025',
      '1/2/2026',
      '02/01/2026',
      '2026-01-02 03:04',
      '2026-01-02T03:04+05',
      '2026-01-02T03:04:60Z',
    ),
    fc.constantFrom('1.234,56', '1,5', '1,234', '1.5', '12', '-0,00', '007,5', '1.23,4'),
    fc.integer(),
    fc.integer({ min: 1_600_000_000, max: 1_700_000_000 }),
    fc.integer({ min: 1_600_000_000_000, max: 1_700_000_000_000 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => new Raw(JSON.stringify(one))),
    rawNumber,
    rawNumber.map(({ text: number }) => number),
  ),
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  ),
}));
const property = fc.oneof(
  fc.array(anyValue, { minLength: 1, maxLength: 3 }),
  fc.array(fc.oneof(time, fc.constant(null)), { minLength: 1 }),
  fc.array(rawNumber, { minLength: 1 }),
  fc.array(fc.record({ a: fc.oneof(fc.integer(), fc.constant(null)), b: text }, { requiredKeys: ['a'] }), {
    minLength: 1,
  }),
);
const sample = fc.record({
  count: fc.integer({ min: 1, max: 60 }),
  ids: fc.constantFrom('text', 'number', 'uuid'),
  properties: fc.dictionary(name, fc.tuple(property, fc.nat({ max: 3 })), { maxKeys: 6 }),
});

describe('every event of a sample', () => {
  test('keeps the contract that was inferred of it', () => {
    let columns = 0;
    fc.assert(
      fc.property(sample, ({ count, ids, properties }) => {
        const texts = Array.from({ length: count }, (_, n) => {
          const id = { text: `o-${n}`, number: n, uuid: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` }[ids];
          const others = Object.entries(properties).filter(([, [, every]]) => every === 0 || n % (every + 1) === 0);
          const values = others.map(([key, [seen]]) => [key, seen[n % seen.length]] as const);
          return json({ ...Object.fromEntries(values), event_id: id, occurred_at: '2026-01-02T03:04:05Z' });
        });
        const contract = contractIn(draftOf(texts));
        columns += contract.columns.length;
        for (const one of texts)
          expect([one, contract.read(one)]).toEqual([one, expect.objectContaining({ ok: true })]);
      }),
      { numRuns: 300 },
    );
    expect(columns).toBeGreaterThan(1_000);
  });

  test('gives the same bytes again', () => {
    const texts = withValues('a', [1, 'x', null, { b: [1] }]);
    expect(draftOf(texts)).toEqual(draftOf(texts));
  });
});

describe('values', () => {
  test.each<[string, string, readonly unknown[], Property]>([
    [
      'times',
      'sent',
      ['2026-01-02T03:04:05Z', '2026-01-02 03:04:05.123+01:00'],
      { type: 'string', format: 'date-time' },
    ],
    ['dates', 'born', ['2026-01-02'], { type: 'string', format: 'date' }],
    ['UUIDs', 'trace', ['6f1c9f4e-0000-4000-8000-00805f9b34fb'], { type: 'string', format: 'uuid' }],
    [
      'texts of money',
      'due',
      ['12.50', '3'],
      { type: ['string', 'number'], format: 'decimal', 'x-precision': 18, 'x-scale': 2 },
    ],
    [
      'numbers of money',
      'unitPrice',
      [12.5, 3],
      { type: ['string', 'number'], format: 'decimal', 'x-precision': 18, 'x-scale': 2 },
    ],
    [
      'texts and numbers',
      'due',
      ['12.125', 3],
      { type: ['string', 'number'], format: 'decimal', 'x-precision': 18, 'x-scale': 3 },
    ],
    ['codes of digits', 'zip', ['00501', '12345'], { type: 'string' }],
    ['whole numbers', 'pieces', [1, 200], { type: 'integer' }],
    ['measures', 'weight', [1, 2.25], { type: 'number' }],
    ['milliseconds', 'sent', [1_767_323_045_000], { type: 'integer', 'x-unit': 'ms' }],
    ['seconds, by their name', 'sent_at', [1_767_323_045], { type: 'integer', 'x-unit': 's' }],
    ['what may be seconds', 'volume', [1_767_323_045], { type: 'integer' }],
    ['what may be milliseconds', 'shipping_id', [1_767_323_045_000, 1_767_323_045_001], { type: 'integer' }],
    ['choices', 'state', many('paid', 'new', null), { type: ['string', 'null'], enum: ['new', 'paid', null] }],
    ['texts that go on being new', 'state', [...many('paid', 'new'), 'sent'], { type: 'string' }],
    ['what is null at times', 'weight', [1.5, null], { type: ['number', 'null'] }],
    ['lists', 'tags', [['a'], [], [null]], { type: 'array', items: { type: ['string', 'null'] } }],
    ['several types', 'more', ['a', { b: 1 }], { type: ['string', 'object'] }],
  ])('%s', (_, called, values, schema) => {
    expect(inferred(called, values)).toEqual(schema);
  });

  test('in objects have their types, and are required where they always stand', () => {
    expect(inferred('item', [{ sku: 'a', price: 1.5 }, { sku: 'b' }])).toEqual({
      type: 'object',
      properties: {
        sku: { type: 'string', $comment: 'in all 2; all different' },
        price: {
          type: ['string', 'number'],
          format: 'decimal',
          'x-precision': 18,
          'x-scale': 2,
          $comment: 'in 1 of 2; at most 1 digits before the point and 1 behind',
        },
      },
      required: ['sku'],
    });
  });

  test('beyond 64 bits, and of more digits than a double has, are decimals', () => {
    const texts = ['18446744073709551616', '1.000000000000000000001'].map(
      (number, n) => `{"order_id":${n},"at":"2026-01-02T03:04:05Z","n":${number}}`,
    );
    expect(propertiesOf(draftOf(texts.slice(0, 1)))['n']).toMatchObject({ 'x-precision': 38, 'x-scale': 0 });
    expect(propertiesOf(draftOf(texts.slice(1)))['n']).toMatchObject({ 'x-precision': 38, 'x-scale': 21 });
  });

  test('of a file of texts are numbers where their texts say no more', () => {
    const rows = ['{"id":"1","at":"2026-01-02T03:04:05Z","n":"7","zip":"00501"}'];
    expect(propertiesOf(draftOf(rows, {}, true))).toMatchObject({
      id: { type: 'string' },
      n: { format: 'decimal', 'x-scale': 0 },
      zip: { type: 'string' },
    });
  });

  test('that nobody knows, and names that no column can have, are left out and told', () => {
    const draft = draftOf([
      '{"order_id":1,"at":"2026-01-02T03:04:05Z","felt":null,"US Gross":1,"A":1,"a":2,"geo":{"a b":1},"none":{"x":null}}',
    ]);
    expect(Object.keys(propertiesOf(draft))).toEqual(['order_id', 'at', 'A', 'geo', 'none']);
    expect(propertiesOf(draft)).toMatchObject({ geo: { type: 'object' }, none: { type: 'object' } });
    expect(draft.notes).toEqual([
      'left out of all tables but bronze, "US Gross": it has a character that Delta tables refuse in a column (space , ; { } ( ) = tab newline): rename the property',
      'left out of all tables but bronze, "a": it differs from "A" only in case, which SQL does not see: rename one',
      'left out until their types are known, for they were always null: "felt"',
    ]);
  });

  test('with too many names are no structure', () => {
    const rates = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`c${n}`, n]));
    expect(inferred('rates', [rates, { c0: 1 }])).toEqual({ type: 'object' });
  });
});
