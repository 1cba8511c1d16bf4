/** Compiles a JSON Schema (draft 2020-12) into a contract: typed columns and a reader of events. */
import type { ColumnType } from '#columns/types/column-spec';
import { quickReader } from '../quick/quick-reader.js';
import { type ContractProblem, isProblems, problem } from '../validator/contract-problem.js';
import { draftProblems, schemaValidator } from '../validator/schema-validator.js';
import { asObject, type EventObject } from '../values/event-object.js';
import { pointerTo } from '../values/rejection.js';
import { rewriteFields } from '../writing/rewrite.js';
import { strayProblems } from '../writing/stray-keywords.js';
import { Contract } from './contract.js';
import type { ContractFields } from './contract-fields.js';
import { Definitions } from './definitions.js';
import { columnAt, fieldColumns } from './field-columns.js';
import { fieldProblems } from './field-problems.js';
import { nameProblems } from './property-name.js';
import { type FieldPlan, planProperty } from './property-plan.js';

/** Tried to here: frames, SQL and Parquet files cost a part for each column, whatever it holds. */
const propertiesMax = 5_000;

/**
 * The contract, or everything that is wrong with the schema. Top-level properties become columns in their order:
 * string → string, with format date-time → timestamp, date → date, decimal with x-precision and x-scale → decimal;
 * integer → int64, with x-unit s, ms, us or ns → timestamp, cents → decimal; number → float64; boolean → bool; object with properties → struct; array with
 * items → list; all else, and what says "x-json": true → string with JSON text.
 * A property that is not required or may be null gives a nullable column. Fields of the pipeline that lie within objects are columns besides.
 */
export function compileContract(schema: unknown, fields: ContractFields): Contract | ContractProblem[] {
  const root = asObject(schema);
  if (root === undefined) return [problem('', 'is no JSON Schema object: write {"type": "object", "properties": …}')];
  const draft = draftProblems(root);
  if (draft.length > 0) return draft;
  const properties = asObject(root['properties']);
  if (root['type'] !== 'object') return [problem('/type', 'must be "object": an event is one JSON object')];
  if (properties === undefined || Object.keys(properties).length === 0) {
    return [problem('/properties', 'must list the properties of the event: each becomes a column')];
  }
  return compileProperties(root, properties, fields);
}

function compileProperties(
  root: EventObject,
  properties: EventObject,
  fields: ContractFields,
): Contract | ContractProblem[] {
  const names = Object.keys(properties);
  const definitions = new Definitions(root);
  const plans = names.map((name) => planProperty(properties[name], pointerTo('/properties', name), definitions));
  const problems = [
    ...nameProblems(names),
    ...plans.filter(isProblems).flat(),
    ...strayProblems(root, definitions.asked),
  ];
  if (problems.length > 0) return problems;
  const required = Array.isArray(root['required']) ? root['required'] : [];
  const planned = plans.flatMap((plan, at): FieldPlan[] =>
    isProblems(plan) ? [] : [{ ...plan, name: names[at]!, required: required.includes(names[at]) }],
  );
  const tooMany = tooManyColumns(planned);
  if (tooMany !== undefined) return [tooMany];
  const mistakes = fieldProblems(planned, fields);
  if (mistakes.length > 0) return mistakes;
  const columns = [...planned.map((plan) => columnAt([], plan)), ...fieldColumns(planned, fields)];
  const structure = planned.map((plan) => [plan.name, plan.structure]);
  const validator = schemaValidator({ ...root, properties: Object.fromEntries(structure) });
  if (typeof validator !== 'function') return [validator];
  const rewrite = rewriteFields(planned);
  return new Contract(columns, fields, validator, rewrite, rewrite ? undefined : quickReader(root, columns));
}

function tooManyColumns(plans: readonly FieldPlan[]): ContractProblem | undefined {
  const count = plans.reduce((sum, plan) => sum + leavesIn(plan.type), 0);
  if (count <= propertiesMax) return undefined;
  return problem(
    '/properties',
    `has ${count} properties, each a column, where at most ${propertiesMax} can be: put those that belong together into one object of "x-json": true, which becomes one column of JSON text`,
  );
}

function leavesIn(type: ColumnType): number {
  if (type.kind === 'list') return leavesIn(type.item.type);
  return type.kind === 'struct' ? type.fields.reduce((sum, field) => sum + leavesIn(field.type), 1) : 1;
}
