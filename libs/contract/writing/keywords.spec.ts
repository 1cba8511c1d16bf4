/** Keywords of writing that do not go together: each mistake is told at its place, with what to write. */
import { expect, test } from '@jest/globals';
import { compileContract } from '../columns/compile-contract.js';
import { lint } from '../columns/example-writing.js';

const time = { type: 'string', format: 'date-time' };
const decimal = { type: 'string', format: 'decimal', 'x-precision': 9, 'x-scale': 2 };
const flag = { type: 'string', 'x-type': 'boolean', 'x-true': ['S'], 'x-false': ['N'] };

test.each<[Record<string, unknown>, string]>([
  [{ ...time, 'x-format': 'dd/MM/yyyy HH:mm' }, '/x-format leaves open which time zone it is: write "x-timezone"'],
  [{ ...time, 'x-format': 'dd/MM/yyyy HH:mmZ', 'x-timezone': 'UTC' }, '/x-timezone has no use: the pattern has Z'],
  [
    { ...time, 'x-format': 'dd/MM/yyyy HH:mm', 'x-timezone': 'Brazil' },
    '/x-timezone is no time zone: write an IANA name',
  ],
  [{ ...time, 'x-timezone': 'UTC' }, '/x-timezone has no use without "x-format"'],
  [{ ...time, 'x-format': 'dd/MM/yyyy' }, '/x-format has no hour: write "format": "date"'],
  [{ ...time, 'x-format': 'dd/MM/yy HH:mm' }, '/x-format has yy, which stands for nothing'],
  [{ ...time, 'x-format': 5 }, '/x-format is not what x-format can be: write a pattern'],
  [
    { type: 'string', 'x-format': 'dd/MM/yyyy' },
    '/x-format does not go with this property: it stands with "type": "string" and "format"',
  ],
  [{ type: 'string', format: 'date', 'x-format': 'dd/MM/yyyy HH:mm' }, '/x-format has a time of day'],
  [
    { type: 'string', format: 'date', 'x-format': 'dd/MM/yyyy', 'x-timezone': 'UTC' },
    '/x-timezone does not go with format date',
  ],
  [{ ...time, 'x-unit': 'ms' }, '/x-unit does not go with this property'],
  [{ type: 'integer', 'x-unit': 'minutes' }, '/x-unit is not what x-unit can be: write "s", "ms", "us" or "ns"'],
  [{ type: 'integer', 'x-unit': 'cents', 'x-scale': 3 }, '/x-scale must be 2 of cents'],
  [{ type: 'integer', 'x-unit': 'cents', 'x-precision': 40 }, '/x-precision must be all digits'],
  [{ type: 'number', 'x-unit': 'cents' }, '/x-unit is of whole cents'],
  [{ type: 'boolean', 'x-unit': 's' }, '/x-unit does not go with this property'],
  [
    { type: 'number', 'x-decimal': ',' },
    '/x-decimal does not go with this property: it stands with "format": "decimal"',
  ],
  [{ type: 'string', 'x-decimal': ',' }, '/x-decimal does not go with this property'],
  [{ ...decimal, type: 'number', 'x-decimal': ',' }, '/x-decimal does not go with this property'],
  [{ ...decimal, 'x-decimal': '1' }, '/x-decimal is not what x-decimal can be: write one sign'],
  [{ ...decimal, 'x-decimal': ',', 'x-thousands': ',' }, '/x-thousands is the decimal mark, too'],
  [
    { ...decimal, 'x-thousands': '.' },
    '/x-thousands is the point, which is the decimal mark by default: write "x-decimal": ","',
  ],
  [{ ...decimal, 'x-decimal': ',', enum: ['1,5'] }, '/enum/0 is compared with the value that is stored'],
  [{ ...decimal, 'x-type': 'number' }, '/x-type does not go with this property'],
  [
    { type: 'number', 'x-type': 'number' },
    '/x-type does not go with this property: it stands with a "type" of "string"',
  ],
  [{ type: 'string', 'x-type': 'date' }, '/x-type is not what x-type can be: write "number", "integer" or "boolean"'],
  [{ type: ['string', 'number'], 'x-type': 'integer' }, '/x-type does not go with this property'],
  [{ type: 'string', 'x-type': 'number', pattern: '^1' }, '/pattern is about texts'],
  [
    { type: 'string', 'x-type': 'number', enum: ['1'] },
    '/enum/0 is compared with the value that is stored, not with its text: write a number',
  ],
  [{ type: 'string', 'x-type': 'boolean', 'x-false': ['N'] }, ' "x-type": "boolean" needs both'],
  [{ type: 'string', 'x-type': 'toString' }, '/x-type is not what x-type can be'],
  [{ type: 'string', 'x-type': ['number'] }, '/x-type is not what x-type can be'],
  [{ type: 'integer', 'x-unit': ['s'] }, '/x-unit is not what x-unit can be'],
  [{ ...flag, 'x-true': 'S' }, '/x-true is not what x-true can be: write a list'],
  [{ ...flag, 'x-true': ['N'] }, '/x-true/0 is in "x-false", too'],
  [{ ...flag, const: 'S' }, '/const is compared with the value that is stored, not with its text: write a boolean'],
  [
    { type: 'boolean', 'x-true': ['S'], 'x-false': ['N'] },
    '/x-true does not go with this property: it stands with "x-type": "boolean"',
  ],
  [{ type: 'string', 'x-empty': null }, '/x-empty needs a property that may be null: add "null" to "type"'],
  [{ type: ['string', 'null'], 'x-empty': 'null' }, '/x-empty is not what x-empty can be: write null'],
  [
    { type: ['integer', 'null'], 'x-empty': null },
    '/x-empty does not go with this property: it stands with a "type" of "string"',
  ],
  [{ type: 'integer', 'x-trim': true }, '/x-trim does not go with this property'],
  [{ type: 'string', 'x-trim': 'yes' }, '/x-trim is not what x-trim can be: write true'],
  [{ type: 'string', 'x-case': 'title' }, '/x-case is not what x-case can be: write "lower" or "upper"'],
  [{ ...time, 'x-case': 'upper' }, '/x-case does not go with this property'],
  [{ type: 'string', 'x-case': 'lower', enum: ['buy', 'Sell'] }, '/enum/1 is compared with the text that is stored'],
  [{ type: 'object', 'x-trim': true }, '/x-trim does not go with this property'],
  [
    { type: 'object', 'x-json': true, properties: { a: { type: 'string', 'x-trim': true } } },
    '/properties/a/x-trim has no effect here',
  ],
  [{ type: 'string', anyOf: [{ 'x-trim': true }] }, '/anyOf/0/x-trim has no effect here'],
  [{ type: 'array', items: { type: 'boolean', 'x-trim': true } }, '/items/x-trim does not go with this property'],
])('%j', (property, message) => {
  const [first = 'nothing is wrong'] = lint(property);
  expect(first.startsWith(message) ? message : first).toBe(message);
});

test('what goes together is right', () => {
  for (const property of [
    {
      ...decimal,
      type: ['string', 'number', 'null'],
      'x-decimal': ',',
      'x-thousands': '\u00a0',
      'x-trim': true,
      'x-empty': null,
    },
    { ...decimal, 'x-scale': 0, 'x-thousands': '.' },
    { ...flag, type: ['string', 'boolean', 'null'], 'x-empty': null, 'x-trim': true },
    { ...time, 'x-format': 'yyyy-MM-dd HH:mm', 'x-timezone': 'Europe/Lisbon', 'x-trim': true },
    { type: ['string', 'null'], 'x-unit': 's', 'x-empty': null, minimum: 0 },
    { type: 'string', 'x-type': 'integer', minimum: 1, multipleOf: 5 },
  ])
    expect(lint(property)).toEqual([]);
});

test('the key is as it is written: it chooses the partition before the contract is read', () => {
  const schema = {
    type: 'object',
    required: ['id', 'user', 'at'],
    properties: { id: { type: 'string', 'x-trim': true }, user: { type: 'string', 'x-case': 'lower' }, at: time },
  };
  const fields = { id: 'id', key: 'user', eventTime: 'at' };
  expect(compileContract(schema, fields)).toEqual([
    { pointer: '/properties/user', message: expect.stringMatching(/^is the key, which chooses the partition/) },
  ]);
});
