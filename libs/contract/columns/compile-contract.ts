/** Compiles a JSON Schema (draft 2020-12) into a contract: typed columns and a reader of events. */
import { type ContractProblem, problem } from '../validator/contract-problem.js';
import { draftProblems, schemaValidator } from '../validator/schema-validator.js';
import { asObject, type EventObject } from '../values/event-object.js';
import { withTextsOf } from '../values/exact-number.js';
import { pointerTo } from '../values/rejection.js';
import { Contract } from './contract.js';
import type { ContractColumn } from './contract-column.js';
import { type ContractFields, fieldProblems } from './field-problems.js';
import { nameProblems } from './property-name.js';
import { type PropertyPlan, planProperty } from './property-plan.js';

/** Tried to here: frames, SQL and Parquet files cost a part for each column, whatever it holds. */
const propertiesMax = 5_000;

/**
 * The contract, or everything that is wrong with the schema. Top-level properties become columns in their order:
 * string → string, with format date-time → timestamp, date → date, decimal with x-precision and x-scale → decimal;
 * integer → int64, with x-unit s, ms or us → timestamp; number → float64; boolean → bool; all else → string with JSON text.
 * A property that is not required or may be null gives a nullable column.
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
  const count = Object.keys(properties).length;
  if (count > propertiesMax)
    return [
      problem(
        '/properties',
        `has ${count} properties, each a column, where at most ${propertiesMax} can be: put those that belong together into one object, which becomes one column`,
      ),
    ];
  return compileProperties(root, properties, fields);
}

function compileProperties(
  root: EventObject,
  properties: EventObject,
  fields: ContractFields,
): Contract | ContractProblem[] {
  const names = Object.keys(properties);
  const resolved = names.map((name) => referenced(properties[name], root));
  const plans = names.map((name, i) => planProperty(resolved[i], pointerTo('/properties', name)));
  const problems = [...nameProblems(names), ...plans.filter((plan) => 'message' in plan)];
  if (problems.length > 0) return problems;
  const planned = plans.filter((plan) => 'store' in plan);
  const columns = planned.map((plan, i) => columnOf(names[i] ?? '', plan, root));
  const mistakes = fieldProblems(columns, fields);
  if (mistakes.length > 0) return mistakes;
  const structure = names.map((name, i) => [name, without(resolved[i], planned[i]?.ownKeywords ?? [])]);
  const validator = schemaValidator({ ...root, properties: Object.fromEntries(structure) });
  return typeof validator === 'function' ? new Contract(columns, fields, validator) : [validator];
}

function columnOf(name: string, { type, store, allowsNull, json }: PropertyPlan, root: EventObject): ContractColumn {
  const required = Array.isArray(root['required']) && root['required'].includes(name);
  return { name, type, nullable: !required || allowsNull, store, json };
}

/** The definition a property refers to inside the schema (`#/$defs/…`), or the property itself. */
function referenced(property: unknown, root: EventObject): unknown {
  const reference = asObject(property)?.['$ref'];
  if (typeof reference !== 'string' || !/^#\/[^%]+$/.test(reference)) return property;
  let target: unknown = root;
  for (const token of reference.slice(2).split('/')) {
    target = asObject(target)?.[token.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  const definition = asObject(target);
  const { $ref: _, ...siblings } = asObject(property) ?? {};
  if (definition === undefined || '$ref' in definition) return property;
  return withTextsOf({ ...definition, ...siblings }, definition, asObject(property) ?? {});
}

function without(property: unknown, keywords: readonly string[]): unknown {
  const schema = asObject(property);
  if (schema === undefined || keywords.length === 0) return property;
  return withTextsOf(
    Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword))),
    schema,
  );
}
