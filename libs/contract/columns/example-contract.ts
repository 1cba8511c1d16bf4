/** A contract with a property of every kind, for specs. */
import { compileContract } from './compile-contract.js';
import { Contract } from './contract.js';

export const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['id', 'user', 'at'],
  properties: {
    id: { type: 'string', maxLength: 40 },
    user: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    seen: { type: ['integer', 'null'], 'x-unit': 's' },
    born: { type: 'string', format: 'date' },
    count: { type: 'integer', maximum: 1e17 },
    ratio: { type: 'number', exclusiveMinimum: -1 },
    gift: { type: 'boolean' },
    price: { type: ['string', 'number'], format: 'decimal', 'x-precision': 20, 'x-scale': 2, minimum: 0 },
    kind: { enum: ['buy', 'sell'] },
    code: { type: 'string', pattern: '^[A-Z]+$' },
    mail: { type: 'string', format: 'email' },
    tags: { type: 'array', items: { type: 'string', minLength: 1 }, maxItems: 3 },
    more: {},
    when: { $ref: '#/$defs/time' },
  },
  $defs: { time: { type: 'string', format: 'date-time' } },
};

export const fields = { id: 'id', key: 'user', eventTime: 'at' };

export const compiled = compileContract(schema, fields);

if (!(compiled instanceof Contract)) throw new Error(JSON.stringify(compiled));

export const contract = compiled;

export const base = '"id":"e1","user":"u1","at":"2026-01-02T03:04:05.678Z"';

export const withMore = (more: string): string => `{${base},${more}}`;

/** The stored value of one property of an accepted event, or the reason and pointer of the rejection. */
export function read(more: string): unknown {
  const result = contract.read(withMore(more));
  if (!result.ok) return `${result.reason} ${result.pointer}`;
  const name = /"(\w+)"/.exec(more)?.[1];
  return result.row[contract.columns.findIndex((column) => column.name === name)];
}
