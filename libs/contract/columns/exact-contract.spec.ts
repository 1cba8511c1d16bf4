/** Numbers of a contract and of events are compared as the decimals they are written as. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareDecimals, decimalOf, multipleOf } from '../values/decimal.js';
import { parseExactly } from '../values/exact-number.js';
import { compileContract } from './compile-contract.js';
import { Contract } from './contract.js';

fc.configureGlobal({ seed: 7 });

/** The contract of events with id, at, and a property n of this schema, which is written as JSON. */
function contractOf(n: string): Contract {
  const text = `{"type":"object","required":["id","at"],"properties":{"id":{"type":"integer"},"at":{"type":"string","format":"date-time"},"n":${n}},"$defs":{"big":{"type":"integer","maximum":9007199254740993}}}`;
  const contract = compileContract(parseExactly(text), { id: 'id', key: 'id', eventTime: 'at' });
  if (!(contract instanceof Contract)) throw new Error(JSON.stringify(contract));
  return contract;
}

function answer(contract: Contract, value: string): string {
  const result = contract.read(`{"id":1,"at":"2026-01-01T00:00:00Z","n":${value}}`);
  return result.ok ? String(result.row[2]) : `${result.reason} ${result.pointer}`;
}

const outOfBounds = 'out_of_bounds /n';

describe('bounds', () => {
  test.each([
    ['{"type":"integer","maximum":9223372036854775806}', '9223372036854775806', '9223372036854775807'],
    ['{"type":"integer","minimum":-9223372036854775807}', '-9223372036854775807', '-9223372036854775808'],
    ['{"type":"integer","exclusiveMaximum":9007199254740993}', '9007199254740992', '9007199254740993'],
    ['{"type":"integer","exclusiveMinimum":9007199254740992}', '9007199254740993', '9007199254740992'],
    ['{"type":"integer","maximum":9007199254740992}', '9007199254740992', '9007199254740993'],
    ['{"$ref":"#/$defs/big"}', '9007199254740993', '9007199254740994'],
    ['{"type":"integer","exclusiveMinimum":5}', '6', '5'],
    ['{"type":"integer","maximum":5}', '5', '6'],
    [
      '{"type":["string","number"],"format":"decimal","x-precision":30,"x-scale":2,"maximum":12345678901234567890.25}',
      '1234567890123456789025',
      '',
    ],
  ])('%s', (schema, within, beyond) => {
    const contract = contractOf(schema);
    if (beyond === '') {
      expect(answer(contract, '12345678901234567890.25')).toBe(within);
      expect(answer(contract, '12345678901234567890.26')).toBe(outOfBounds);
    } else {
      expect(answer(contract, within)).toBe(within);
      expect(answer(contract, beyond)).toBe(outOfBounds);
    }
  });

  test('are told as they are written', () => {
    const result = contractOf('{"type":"integer","maximum":9223372036854775806}').read(
      '{"id":1,"at":"2026-01-01T00:00:00Z","n":9223372036854775807}',
    );
    expect(result).toMatchObject({ ok: false, message: 'must be <= 9223372036854775806' });
  });
});

describe('choices', () => {
  test('are exact', () => {
    const contract = contractOf('{"type":"integer","enum":[9007199254740993,7,-0]}');
    expect(
      ['9007199254740993', '9007199254740993.0', '7', '70e-1', '0', '9007199254740992', '8'].map((n) =>
        answer(contract, n),
      ),
    ).toEqual(['9007199254740993', '9007199254740993', '7', '7', '0', 'not_in_enum /n', 'not_in_enum /n']);
    const only = contractOf('{"const":{"a":[9007199254740993,"x"],"b":1}}');
    expect(answer(only, '{"b":1.0,"a":[9007199254740993,"x"]}')).toBe('{"b":1,"a":[9007199254740993,"x"]}');
    expect(answer(only, '{"b":1,"a":[9007199254740992,"x"]}')).toBe('not_in_enum /n');
  });

  test('of many texts are found too', () => {
    const many = Array.from({ length: 5000 }, (_, i) => `v${i}`);
    const contract = contractOf(JSON.stringify({ type: 'string', enum: many }));
    expect([answer(contract, '"v4999"'), answer(contract, '"v5000"')]).toEqual(['v4999', 'not_in_enum /n']);
  });
});

describe('multipleOf', () => {
  test('takes every price from 0.01 to 30.00, and none with a third digit', () => {
    const contract = contractOf('{"type":"number","multipleOf":0.01}');
    for (let cents = 1; cents <= 3000; cents++) {
      expect(answer(contract, String(cents / 100))).toBe(String(cents / 100));
      expect(answer(contract, `${(cents / 100).toFixed(2)}1`)).toBe(outOfBounds);
    }
  });

  test.each([
    [
      '0.01',
      ['10.02', '2.22', '19.99', '0', '-4.35', '1e300', '4.350', '123456789012345678.25'],
      ['1e-7', '4.355', '0.30000000000000004', '123456789012345678.255', '10.020000000000000001'],
    ],
    ['1e-7', ['1e-7', '0.0000003', '2.2'], ['1e-8', '1.5e-7']],
    ['3', ['9007199254740993', '3e20', '0', '-6'], ['9007199254740992', '1e20', '1.5']],
    ['0.75', ['1.5', '2.25', '3e15', '3e300'], ['1', '1.6', '2e15', '1e300']],
    ['1e300', ['1e300', '3e300', '0'], ['1e299', '5']],
    ['10', ['1e22', '123456789012345678901234567890'], ['5', '123456789012345678901234567891']],
  ])('of %s is decided in decimal', (unit, multiples, others) => {
    const contract = contractOf(`{"type":"number","multipleOf":${unit}}`);
    for (const n of multiples) expect([n, answer(contract, n)]).toEqual([n, String(Number(n))]);
    for (const n of others) expect([n, answer(contract, n)]).toEqual([n, outOfBounds]);
  });

  test('agrees with whole numbers of the smallest unit', () => {
    const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 12 }));
    const written = ([units, scale]: [bigint, number]): string => `${units}e-${scale}`;
    fc.assert(
      fc.property(
        decimal,
        fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 6n }), fc.integer({ min: 0, max: 12 })),
        ([a, scaleA], [b, scaleB]) => {
          const [left, right] = [a * 10n ** BigInt(scaleB), b * 10n ** BigInt(scaleA)];
          const text = written([a, scaleA]);
          expect(multipleOf(decimalOf(written([b, scaleB])))(Number(text), text)).toBe(left % right === 0n);
          expect(Math.sign(compareDecimals(decimalOf(text), decimalOf(written([b, scaleB]))))).toBe(
            left === right ? 0 : left < right ? -1 : 1,
          );
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('integers', () => {
  test('of the whole int64 range are columns, ids and keys', () => {
    const contract = contractOf('{"type":"integer"}');
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (n) => {
        const result = contract.read(`{"id":${n},"at":"2026-01-01T00:00:00Z","n":${n}}`);
        expect(result).toMatchObject({ ok: true, id: String(n), key: String(n) });
        expect(BigInt(String(result.ok && result.row[2]))).toBe(n);
      }),
    );
    for (const beyond of ['9223372036854775808', '-9223372036854775809', '1e19', '92233720368547758070'])
      expect(answer(contract, beyond)).toBe('number_out_of_range /n');
    expect(answer(contract, '9007199254740993.5')).toBe('wrong_type /n');
  });

  test('beyond it keep their digits inside objects', () => {
    const contract = contractOf('{"type":["object","array"]}');
    expect(answer(contract, '[92233720368547758079999, {"a": 0.12345678901234567890}, "1234567890123456789"]')).toBe(
      '[92233720368547758079999,{"a":0.12345678901234567890},"1234567890123456789"]',
    );
  });
});
