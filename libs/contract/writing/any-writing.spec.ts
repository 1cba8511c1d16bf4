/** Whatever keywords a contract has and whatever an event writes: the answer is a value, and of the right type. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ColumnType } from '#columns/types/column-spec';
import { compileContract } from '../columns/compile-contract.js';
import { Contract } from '../columns/contract.js';
import { reader } from '../columns/example-writing.js';

fc.configureGlobal({ seed: 1 });

const jsonTypes = ['string', 'number', 'integer', 'boolean', 'null', 'object', 'array'];
const odd = fc.constantFrom<unknown>('', 'x', 'toString', '__proto__', 0, -1, null, true, [], ['S'], {}, ',', '.');
const mostly = (...values: unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: odd });

const property = fc.record(
  {
    type: fc.oneof(
      fc.constantFrom<unknown>('string', ['string', 'null'], 'integer', 'number', ['string', 'integer', 'null']),
      fc.constantFrom(...jsonTypes),
      fc.uniqueArray(fc.constantFrom(...jsonTypes), { minLength: 1 }),
    ),
    format: mostly('date-time', 'date', 'decimal', 'email'),
    'x-format': mostly('dd/MM/yyyy', 'dd/MM/yyyy HH:mm', 'yyyy-MM-ddTHH:mm[:ss[.SSS]]Z', 'h a', '[[', "'"),
    'x-timezone': mostly('UTC', 'America/Sao_Paulo', 'Mars/Olympus'),
    'x-unit': mostly('s', 'ms', 'us', 'ns', 'cents'),
    'x-type': mostly('number', 'integer', 'boolean'),
    'x-decimal': mostly(',', '.'),
    'x-thousands': mostly('.', ',', ' '),
    'x-true': mostly(['S'], ['1', 1]),
    'x-false': mostly(['N'], ['0', 0]),
    'x-trim': mostly(true),
    'x-case': mostly('lower', 'upper'),
    'x-empty': mostly(null),
    'x-precision': mostly(5, 20),
    'x-scale': mostly(0, 2),
    minimum: mostly(0, 1.5),
    enum: mostly(['S', 'N'], [1, 2], [true]),
  },
  { requiredKeys: ['type'] },
);
/** Fewer keywords are more often right. */
const sparse = fc
  .tuple(property, fc.integer({ min: 0, max: 2 ** 16 }), fc.integer({ min: 0, max: 2 ** 16 }))
  .map(([all, a, b]) =>
    Object.fromEntries(Object.entries(all).filter(([name], at) => name === 'type' || ((a & b) >> at) % 2 === 1)),
  );
const written = fc.oneof(
  fc.constantFrom(
    '1.234,56',
    '1,5',
    '12',
    ' S ',
    'N',
    '',
    ' ',
    '31/12/2025',
    '31/12/2025 10:00',
    '2025-01-01T00:00+05',
  ),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(0, 1, -1, 1.5, 1e300, 1_760_000_000, 1_760_000_000_000, null, true),
);

test('nothing is thrown, and what is stored is of the type of its column', () => {
  let stored = 0;
  fc.assert(
    fc.property(sparse, fc.array(written, { minLength: 5, maxLength: 5 }), (schema, values) => {
      const contract = contractWith(schema);
      if (!(contract instanceof Contract)) return expect(contract.length).toBeGreaterThan(0);
      const { type } = contract.columns.at(-1)!;
      for (const v of values) {
        const result = contract.read(JSON.stringify({ id: '1', key: 'k', at: 1, v }));
        if (!result.ok) continue;
        expect([schema, v, isOf(result.row.at(-1), type)]).toEqual([schema, v, true]);
        if (type.kind !== 'string' && result.row.at(-1) !== null) stored++;
      }
    }),
    { numRuns: 6000 },
  );
  expect(stored).toBeGreaterThan(250);
});

test('counts of seconds in texts are exact to the microsecond', () => {
  const read = reader({ type: 'string', 'x-unit': 's' });
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 18 });
  fc.assert(
    fc.property(fc.bigInt(-62_135_596_799n, 253_402_300_798n), digits, (seconds, fraction) => {
      const nanos = BigInt(fraction.padEnd(18, '0').slice(0, 18));
      const isNegative = seconds < 0n;
      const all = (isNegative ? -seconds : seconds) * 10n ** 18n + nanos;
      const exact = isNegative ? -all : all;
      const rest = ((exact % 10n ** 12n) + 10n ** 12n) % 10n ** 12n;
      expect(BigInt(read(`"${seconds}.${fraction}"`) as number)).toBe((exact - rest) / 10n ** 12n);
    }),
  );
});

function contractWith(v: Record<string, unknown>): ReturnType<typeof compileContract> {
  const base = { id: { type: 'string' }, key: { type: 'string' }, at: { type: 'integer', 'x-unit': 'ms' } };
  const schema = { type: 'object', required: ['id', 'key', 'at'], properties: { ...base, v } };
  return compileContract(schema, { id: 'id', key: 'key', eventTime: 'at' });
}

function isOf(value: unknown, { kind }: ColumnType): boolean {
  if (value === null) return true;
  if (kind === 'string') return typeof value === 'string';
  if (kind === 'bool') return typeof value === 'boolean';
  if (kind === 'float64' || kind === 'date') return typeof value === 'number';
  return typeof value === 'bigint' || Number.isSafeInteger(value);
}
