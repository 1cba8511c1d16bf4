/** Objects and arrays as structs and lists, where the contract says what is in them. */
import type { ColumnSpec } from '#columns/types/column-spec';
import { type ContractProblem, isProblems } from '../validator/contract-problem.js';
import { asObject, type EventObject } from '../values/event-object.js';
import { withTextsOf } from '../values/exact-number.js';
import { pointerTo } from '../values/rejection.js';
import { storeList, storeStruct } from '../values/store-nested.js';
import { rewriteFields, rewriteItems } from '../writing/rewrite.js';
import { nameProblems } from './property-name.js';
import type { FieldPlan, PropertyPlan } from './property-plan.js';

type NestedPlan = Pick<PropertyPlan, 'type' | 'store' | 'structure' | 'fields' | 'rewrite'>;
type PlanInner = (schema: unknown, pointer: string) => PropertyPlan | ContractProblem[];

/** Undefined for values that stay JSON text: those of other types, and objects and arrays that may hold anything. */
export function planNested(
  type: string | undefined,
  property: EventObject,
  pointer: string,
  planInner: PlanInner,
): NestedPlan | ContractProblem[] | undefined {
  if (property['x-json'] === true) return undefined;
  if (type === 'object') return planObject(property, pointer, planInner);
  return type === 'array' ? planArray(property, pointer, planInner) : undefined;
}

function planObject(
  property: EventObject,
  pointer: string,
  planInner: PlanInner,
): NestedPlan | ContractProblem[] | undefined {
  const properties = asObject(property['properties']) ?? {};
  const names = Object.keys(properties);
  if (names.length === 0 || isOpen(property)) return undefined;
  const inner = names.map((name) => planInner(properties[name], pointerTo(`${pointer}/properties`, name)));
  const problems = [...nameProblems(names, `${pointer}/properties`), ...inner.filter(isProblems).flat()];
  if (problems.length > 0) return problems;
  const required = Array.isArray(property['required']) ? property['required'] : [];
  const fields = inner.flatMap((plan, at): FieldPlan[] =>
    isProblems(plan) ? [] : [{ ...plan, name: names[at]!, required: required.includes(names[at]) }],
  );
  const structures = fields.map(({ name, structure }) => [name, structure]);
  return {
    type: { kind: 'struct', fields: fields.map(columnOfField) },
    store: storeStruct(fields),
    structure: withTextsOf({ ...property, properties: Object.fromEntries(structures) as EventObject }, property),
    rewrite: rewriteFields(fields),
    fields,
  };
}

function planArray(
  property: EventObject,
  pointer: string,
  planInner: PlanInner,
): NestedPlan | ContractProblem[] | undefined {
  if (asObject(property['items']) === undefined || 'prefixItems' in property) return undefined;
  const item = planInner(property['items'], `${pointer}/items`);
  if (isProblems(item)) return item;
  if (item.json) return undefined;
  return {
    type: { kind: 'list', item: { type: item.type, nullable: true } },
    store: storeList(item.store),
    structure: withTextsOf({ ...property, items: item.structure }, property),
    rewrite: rewriteItems(item.rewrite),
  };
}

/** Members that no property names, but a schema describes, would be lost. */
function isOpen(property: EventObject): boolean {
  return 'patternProperties' in property || asObject(property['additionalProperties']) !== undefined;
}

/** Fields may always be null: another version of the contract may lack them. That one is required, the schema checks. */
function columnOfField({ name, type }: FieldPlan): ColumnSpec {
  return { name, type, nullable: true };
}
