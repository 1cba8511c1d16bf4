/** Contracts with one property that is written in a way of its own, for specs. */
import { compileContract } from './compile-contract.js';
import { Contract } from './contract.js';

const fields = { id: 'id', key: 'key', eventTime: 'at' };
const base = { id: { type: 'string' }, key: { type: 'string' }, at: { type: 'integer', 'x-unit': 'ms' } };

type Schema = Readonly<Record<string, unknown>>;

/** The contract of a property `v`, or what is wrong with it: pointers within the property, and messages. */
function compiled(property: Schema, more: Schema = {}): Contract | string[] {
  const schema = { type: 'object', required: ['id', 'key', 'at'], properties: { ...base, v: property }, ...more };
  const contract = compileContract(schema, fields);
  if (contract instanceof Contract) return contract;
  return contract.map(({ pointer, message }) => `${pointer.replace('/properties/v', '')} ${message}`);
}

export function lint(property: Schema, more: Schema = {}): string[] {
  const contract = compiled(property, more);
  return contract instanceof Contract ? [] : contract;
}

export function contractOf(property: Schema, more: Schema = {}): Contract {
  const contract = compiled(property, more);
  if (contract instanceof Contract) return contract;
  throw new Error(contract.join('\n'));
}

/** Reads events whose `v` has this JSON text: gives the stored value, or the reason, pointer and message of the rejection. */
export function reader(property: Schema, more: Schema = {}): (json: string) => unknown {
  const contract = contractOf(property, more);
  const at = contract.columns.findIndex(({ name }) => name === 'v');
  return (json) => {
    const result = contract.read(`{"id":"1","key":"k","at":1760000000000,"v":${json}}`);
    return result.ok ? result.row[at] : `${result.reason} ${result.pointer} ${result.message}`;
  };
}
