/** No event costs more than a bound; what is linear is not refused. */
import { describe, expect, test } from '@jest/globals';
import { compileContract } from '../columns/compile-contract.js';
import { Contract } from '../columns/contract.js';
import { sizeOf } from '../validator/counted-keywords.js';

function contractOf(n: unknown, more: Record<string, unknown> = {}): Contract {
  const contract = compileContract(
    {
      type: 'object',
      required: ['id', 'at'],
      properties: { id: { type: 'string' }, at: { type: 'string', format: 'date-time' }, n },
      ...more,
    },
    { id: 'id', key: 'id', eventTime: 'at' },
  );
  if (!(contract instanceof Contract)) throw new Error(JSON.stringify(contract));
  return contract;
}

/** What becomes of an event with this value, and the CPU time that it takes: others may have the machine meanwhile. */
function answer(contract: Contract, n: unknown): { reason: string; ms: number } {
  const text = JSON.stringify({ id: 'a', at: '2026-01-01T00:00:00Z', n });
  const before = process.cpuUsage();
  const result = contract.read(text);
  return { reason: result.ok ? 'ok' : result.reason, ms: cpuMsSince(before) };
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** A tree of so many levels, one child each. */
function nested(levels: number): unknown {
  return Array.from({ length: levels }).reduce<unknown>((child) => ({ child }), {});
}

describe('an event', () => {
  test('may have fifty thousand different objects under uniqueItems', () => {
    const contract = contractOf({
      type: 'array',
      uniqueItems: true,
      items: { type: 'object', properties: { sku: { type: 'integer' } } },
    });
    const items = Array.from({ length: 50_000 }, (_, sku) => ({ sku, name: 'x' }));
    const { reason, ms } = answer(contract, items);
    expect(reason).toBe('ok');
    expect(ms).toBeLessThan(2_000);
    expect(answer(contract, [...items, { name: 'x', sku: 7 }]).reason).toBe('contract');
    expect(answer(contract, [1, 1.0]).reason).toBe('wrong_type');
  });

  test('has no item twice, whatever its kind', () => {
    const contract = contractOf({ type: 'array', uniqueItems: true });
    for (const items of [
      [1, '1', null, 'null', true, 'true', {}, '{}', [], '[]', [1], ['1']],
      [
        { a: 1, b: 2 },
        { a: 2, b: 1 },
      ],
      ['a,b', 'a', 'b'],
      [['a', 'b'], ['a,b']],
    ])
      expect(answer(contract, items).reason).toBe('ok');
    for (const items of [
      [1, 2, 1],
      ['a', 'a'],
      [null, null],
      [
        { a: 1, b: [2] },
        { b: [2], a: 1 },
      ],
      [[1], [1]],
    ])
      expect(answer(contract, items).reason).toBe('contract');
    expect(contract.read('{"id":"a","at":"2026-01-01T00:00:00Z","n":[9007199254740993,9007199254740992,1e2]}').ok).toBe(
      true,
    );
    expect(contract.read('{"id":"a","at":"2026-01-01T00:00:00Z","n":[9007199254740993,9007199254740993.0]}').ok).toBe(
      false,
    );
    expect(contract.read('{"id":"a","at":"2026-01-01T00:00:00Z","n":[100,1e2]}').ok).toBe(false);
  });

  test('is too complex when alternatives multiply along its depth', () => {
    const child = (): object => ({
      type: 'object',
      properties: { child: { $ref: '#/$defs/node' } },
      required: ['child'],
    });
    const contract = contractOf(
      { $ref: '#/$defs/node' },
      { $defs: { node: { anyOf: [child(), child(), { type: 'integer' }] } } },
    );
    expect(answer(contract, nested(5)).reason).toBe('missing_field');
    const { reason, ms } = answer(contract, nested(400));
    expect(reason).toBe('too_complex');
    expect(ms).toBeLessThan(3_000);
  });

  test('is too complex when a long text meets a large pattern', () => {
    const contract = contractOf({ type: 'string', pattern: '[ab]*a[ab]{300}c' });
    expect(answer(contract, 'ab'.repeat(500)).reason).toBe('pattern_mismatch');
    const { reason, ms } = answer(contract, 'ab'.repeat(400_000));
    expect(reason).toBe('too_complex');
    expect(ms).toBeLessThan(3_000);
  });

  test('is too complex when many items meet many alternatives', () => {
    const choice = (i: number): object => ({ type: 'object', required: [`k${i}`] });
    const contract = contractOf({ type: 'array', items: { anyOf: Array.from({ length: 500 }, (_, i) => choice(i)) } });
    expect(
      answer(
        contract,
        Array.from({ length: 100 }, () => ({ k499: 1 })),
      ).reason,
    ).toBe('ok');
    expect(
      answer(
        contract,
        Array.from({ length: 50_000 }, () => ({ k499: 1 })),
      ).reason,
    ).toBe('too_complex');
  });

  test.each([
    ['maxLength', 'x'.repeat(200_000), (i: number) => ({ type: 'string', maxLength: 1 + i })],
    ['format', `x${' '.repeat(200_000)}`, (i: number) => ({ type: 'string', format: i % 2 ? 'time' : 'iso-time' })],
    [
      'minProperties',
      Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, 1])),
      (i: number) => ({ type: 'object', minProperties: 200_000 + i }),
    ],
  ])('is too complex when a large value meets many alternatives of %s', (_, value, choice) => {
    const contract = contractOf({
      type: 'array',
      items: { anyOf: Array.from({ length: 300 }, (_unused, i) => choice(i)) },
    });
    const { reason, ms } = answer(contract, [value, value]);
    expect(reason).toBe('too_complex');
    expect(ms).toBeLessThan(3_000);
  });

  test('does not pay for the one before', () => {
    const contract = contractOf({ type: 'string', pattern: '(a|b)*c' });
    for (let i = 0; i < 100; i++) expect(answer(contract, 'a'.repeat(200_000)).reason).toBe('pattern_mismatch');
  });

  test('with many zeros is searched for tiny numbers once', () => {
    const properties = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`p${i}`, { type: 'integer' }]));
    const contract = compileContract(
      {
        type: 'object',
        required: ['id', 'at'],
        properties: { id: { type: 'string' }, at: { type: 'string', format: 'date-time' }, ...properties },
      },
      { id: 'id', key: 'id', eventTime: 'at' },
    );
    if (!(contract instanceof Contract)) throw new Error('must compile');
    const zeros = Object.fromEntries(Object.keys(properties).map((name) => [name, 0]));
    const text = JSON.stringify({ id: 'a', at: '2026-01-01T00:00:00Z', more: `x1e-5${'y'.repeat(300_000)}`, ...zeros });
    const before = process.cpuUsage();
    expect(contract.read(text).ok).toBe(true);
    expect(cpuMsSince(before)).toBeLessThan(1_000);
  });
});

describe('the size of a schema', () => {
  test('counts its keywords, not its lists', () => {
    expect(sizeOf(true)).toBe(1);
    expect(sizeOf({ type: 'integer', enum: [1, 2, 3] })).toBe(3);
    expect(sizeOf({ anyOf: [{ type: 'integer' }, { minLength: 1 }] })).toBe(6);
  });
});
