/** Values of each kind of property that a quick reader knows, and those that nearly are. */
import fc from 'fast-check';

/** By kind of property: its schema, and any values. */
export const kinds: Readonly<Record<string, readonly [schema: object, values: fc.Arbitrary<string>]>> = {
  text: [{ type: 'string' }, texts()],
  bounded: [
    { type: ['string', 'null'], minLength: 2, maxLength: 5, title: 'x' },
    fc.oneof(texts(), fc.constant('null')),
  ],
  choice: [
    { type: 'string', enum: ['pix', 'card', 'água'] },
    fc.constantFrom('"pix"', '"card"', '"água"', '"Pix"', '"\\u0070ix"'),
  ],
  pattern: [
    { type: 'string', pattern: '^C[0-9]{3}$' },
    fc.constantFrom('"C123"', '"C12"', '"c123"', '"C١٢٣"', '"C1234"'),
  ],
  time: [{ type: 'string', format: 'date-time' }, times()],
  date: [{ type: 'string', format: 'date' }, dates().map((date) => `"${date}"`)],
  whole: [{ type: 'integer', minimum: -5, maximum: 1e15 }, numbers()],
  epoch: [
    { type: 'integer', 'x-unit': 'ms' },
    fc.oneof(
      numbers(),
      fc.nat().map((n) => `${1_700_000_000_000 + n}`),
    ),
  ],
  double: [{ type: ['number', 'null'], maximum: 12.5 }, fc.oneof(numbers(), fc.constant('null'))],
  money: [
    { type: ['string', 'number'], format: 'decimal', 'x-precision': 8, 'x-scale': 2 },
    fc.oneof(
      numbers(),
      numbers().map((number) => `"${number}"`),
      fc.constantFrom('"007.5"', '"1.50"', '"1."', '".5"', '""'),
    ),
  ],
  wide: [
    { type: 'string', format: 'decimal', 'x-precision': 38, 'x-scale': 6 },
    numbers().map((number) => `"${number}"`),
  ],
  flag: [{ type: 'boolean' }, fc.constantFrom('true', 'false', 'True', '"true"', 'truefalse')],
};

function texts(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 9 }).map((text) => JSON.stringify(text)),
    fc.stringMatching(/^[ -~é\u0001-\u001f"\\]{0,6}$/u).map((text) => `"${text}"`),
    fc.constantFrom('""', '"\\ud800"', '"\\n"', 'null'),
  );
}

function dates(): fc.Arbitrary<string> {
  const two = fc.integer({ min: 0, max: 40 }).map((n) => String(n).padStart(2, '0'));
  return fc
    .tuple(fc.constantFrom('1683', '1699', '1900', '2000', '2024', '2026', '2201', '2256', '9999', '20x6'), two, two)
    .map((parts) => parts.join('-'));
}

function times(): fc.Arbitrary<string> {
  const two = fc.integer({ min: 0, max: 62 }).map((n) => String(n).padStart(2, '0'));
  const free = fc
    .tuple(
      dates(),
      fc.constantFrom('T', 't', ' '),
      two,
      two,
      two,
      fc.constantFrom('', '.', '.1', '.123', '.1234567', '.1234567890'),
      fc.constantFrom('Z', 'z', '+02:00', ''),
    )
    .map(
      ([date, mark, hour, minute, second, fraction, zone]) =>
        `"${date}${mark}${hour}:${minute}:${second}${fraction}${zone}"`,
    );
  const usual = fc
    .date({ min: new Date('1690-01-01'), max: new Date('2250-01-01'), noInvalidDate: true })
    .map((date) => JSON.stringify(date));
  return fc.oneof(free, usual);
}

function numbers(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.integer().map(String),
    fc.double().map((value) => JSON.stringify(value)),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
    fc.stringMatching(/^-?[0-9]{1,18}(\.[0-9]{0,18})?([eE][+-]?[0-9])?$/),
    fc.constantFrom(
      '-0',
      '0',
      '0.0',
      '-0.0',
      '1e2',
      '01',
      '-',
      '9007199254740993',
      '12.5',
      '12.500000001',
      '1000000000000000',
      '0.1',
    ),
  );
}

/** What most events hold. */
export const usual: Readonly<Record<string, fc.Arbitrary<string>>> = {
  text: fc.stringMatching(/^[a-z é]{0,12}$/u).map((text) => `"${text}"`),
  bounded: fc.constantFrom('"abc"', '"água"', 'null'),
  choice: fc.constantFrom('"pix"', '"água"'),
  pattern: fc.constant('"C123"'),
  time: fc
    .date({ min: new Date('1701-01-01'), max: new Date('2199-01-01'), noInvalidDate: true })
    .map((date) => JSON.stringify(date).replace('Z', date.getTime() % 2 === 0 ? 'Z' : '-03:30')),
  date: fc.constantFrom('"2024-02-29"', '"2026-12-31"', '"1900-01-01"'),
  whole: fc.integer({ min: -5, max: 1e9 }).map(String),
  epoch: fc.nat().map((n) => `${1_700_000_000_000 + n}`),
  double: fc.tuple(fc.integer({ min: -999, max: 11 }), fc.nat()).map(([whole, fraction]) => `${whole}.${fraction}`),
  money: fc
    .nat({ max: 99_999_999 })
    .map((cents) => `${cents % 2 === 0 ? '"' : ''}${cents / 100}${cents % 2 === 0 ? '"' : ''}`),
  wide: fc.tuple(fc.integer(), fc.nat({ max: 999_999 })).map(([whole, fraction]) => `"${whole}.${fraction}"`),
  flag: fc.constantFrom('true', 'false'),
};
