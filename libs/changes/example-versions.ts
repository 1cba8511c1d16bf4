/** Two versions of a pipeline that differ in what a test edits: for the tests of this folder. */
import { readReference } from '#columns/files/reference';
import { compilePipeline } from '#stages/tables/compile-pipeline';
import { exampleSchema } from '#stages/topology/example-frames';
import { examplePipeline } from '#stages/topology/example-pipeline';
import type { Version } from './change.js';
import { changesBetween } from './changes-between.js';

export type Schema = typeof exampleSchema & Readonly<Record<string, unknown>>;
export type Edit = (text: string) => string;
/** The contract of orders; visits have the one of before. */
export type SchemaEdit = (schema: Schema) => unknown;

const references = { people: readReference(Buffer.from('user,city\nu,Recife\n'), 'csv') };
export const same: Edit = (text) => text;

export function version(edit: Edit = same, editSchema: SchemaEdit = (schema) => schema): Version {
  const contracts = { orders: editSchema(exampleSchema as Schema), visits: exampleSchema, more: exampleSchema };
  const outcome = compilePipeline(examplePipeline(edit), contracts, references);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return { compiled: outcome.compiled, contracts };
}

export const replaced =
  (from: string | RegExp, to: string): Edit =>
  (text) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`there is no ${String(from)}`);
    return changed;
  };
export const property =
  (name: string, schema: unknown): SchemaEdit =>
  (before) => ({ ...before, properties: { ...before.properties, [name]: schema } });
export const said = (edit?: Edit, schema?: SchemaEdit, before = version()): string[] =>
  changesBetween(before, version(edit, schema)).map(
    ({ what, breaks, message }) => `${breaks ? 'breaking' : 'compatible'}: ${what} ${message}`,
  );
/** Of a source without SQL, silver has the columns of the contract, and so what may be null. */
export const withoutSql: Edit = (text) =>
  text
    .replace(/enrich:\n.*\n/, '')
    .replace(/ {2}by_city.*\n/, '')
    .replace('[city, year, month, day, hour, date]', '[date]');
export const decimal = (precision: number, scale: number) => ({
  type: ['string', 'number'],
  format: 'decimal',
  'x-precision': precision,
  'x-scale': scale,
});
