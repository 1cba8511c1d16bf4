/** A contract of thousands of properties works as a narrow one does. */
import { describe, expect, test } from '@jest/globals';
import { compileContract } from './compile-contract.js';
import { Contract } from './contract.js';

const fields = { id: 'id', key: 'id', eventTime: 'at' };
const kinds = [
  { type: 'string', maxLength: 5 },
  { type: 'integer', maximum: 9 },
  { type: 'number' },
  { type: 'boolean' },
  { type: 'string', pattern: '^[a-z]+$' },
];
const values = ['abc', 7, 0.5, true, 'xyz'];

function wide(count: number, more: Record<string, unknown> = {}): Contract {
  const contract = compiled(count, more);
  if (!(contract instanceof Contract)) throw new Error(JSON.stringify(contract));
  return contract;
}

function compiled(count: number, more: Record<string, unknown> = {}): ReturnType<typeof compileContract> {
  const properties = Object.fromEntries(
    Array.from({ length: count - 2 }, (_, i) => [`p${i}`, kinds[i % kinds.length]]),
  );
  const schema = {
    type: 'object',
    required: ['id', 'at', 'p0', `p${count - 3}`],
    properties: { id: { type: 'string' }, at: { type: 'string', format: 'date-time' }, ...properties },
    ...more,
  };
  return compileContract(schema, fields);
}

function event(count: number, change: Record<string, unknown> = {}): string {
  const all = Object.fromEntries(Array.from({ length: count - 2 }, (_, i) => [`p${i}`, values[i % values.length]]));
  return JSON.stringify({ id: 'a', at: '2026-01-01T00:00:00Z', ...all, ...change });
}

describe('a contract of 5,000 properties', () => {
  const contract = wide(5000, { additionalProperties: false });

  test('takes an event that keeps it', () => {
    const result = contract.read(event(5000));
    expect(result).toMatchObject({ ok: true, id: 'a' });
    expect(result.ok && result.row.slice(2)).toEqual(Array.from({ length: 4998 }, (_, i) => values[i % values.length]));
  });

  test.each([
    [{ p1: 10 }, 'out_of_bounds /p1'],
    [{ p4994: 'X' }, 'pattern_mismatch /p4994'],
    [{ p2501: 'x' }, 'wrong_type /p2501'],
    [{ p4996: 10 }, 'out_of_bounds /p4996'],
    [{ p4997: undefined }, 'missing_field /p4997'],
    [{ other: 1 }, 'unexpected_field /other'],
  ])('refuses %j', (change, answer) => {
    const result = contract.read(event(5000, change));
    expect(result.ok ? 'ok' : `${result.reason} ${result.pointer}`).toBe(answer);
  });

  test('may say that nothing else is evaluated, and may nest as wide', () => {
    expect(wide(300, { unevaluatedProperties: false }).read(event(300)).ok).toBe(true);
    expect(wide(300, { unevaluatedProperties: false }).read(event(300, { other: 1 }))).toMatchObject({
      reason: 'unexpected_field',
    });
    const inner = {
      type: 'object',
      properties: Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`q${i}`, { type: 'integer' }])),
    };
    const outer = compileContract(
      {
        type: 'object',
        required: ['id', 'at'],
        properties: { id: { type: 'string' }, at: { type: 'string', format: 'date-time' }, inner },
      },
      fields,
    );
    if (!(outer instanceof Contract)) throw new Error(JSON.stringify(outer));
    expect(outer.read('{"id":"a","at":"2026-01-01T00:00:00Z","inner":{"q2999":1}}').ok).toBe(true);
    expect(outer.read('{"id":"a","at":"2026-01-01T00:00:00Z","inner":{"q2999":"1"}}')).toMatchObject({
      pointer: '/inner/q2999',
    });
  });

  test('is the largest', () => {
    expect(compiled(5001)).toEqual([
      {
        pointer: '/properties',
        message: expect.stringMatching(/^has 5001 properties, each a column, where at most 5000 can be/),
      },
    ]);
  });
});
