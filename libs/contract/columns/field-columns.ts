/** Columns of a contract: one for each property, and one for each field of the pipeline that lies within an object. */
import { columnOf, stepsOf } from '#pipeline/model/field-path';
import type { ContractColumn } from './contract-column.js';
import { type ContractFields, pathsOf } from './contract-fields.js';
import type { FieldPlan } from './property-plan.js';

/** The column of a property within these objects. */
export function columnAt(within: readonly string[], plan: FieldPlan): ContractColumn {
  const { name, type, store, required, allowsNull, json } = plan;
  return {
    name: within.length === 0 ? name : columnOf([...within, name].join('.')),
    type,
    nullable: !required || allowsNull,
    within,
    member: name,
    store,
    json,
  };
}

/** Of fields that `fieldProblems` has found to be there. */
export function fieldColumns(plans: readonly FieldPlan[], fields: ContractFields): ContractColumn[] {
  const paths = pathsOf(fields)
    .map(stepsOf)
    .filter(({ length }) => length > 1);
  return paths.map((steps) => columnAt(steps.slice(0, -1), plansAlong(plans, steps).at(-1)!));
}

/** The plans on the way to a field, as far as there are any. */
export function plansAlong(plans: readonly FieldPlan[], steps: readonly string[]): FieldPlan[] {
  const [name, ...rest] = steps;
  const plan = plans.find((candidate) => candidate.name === name);
  if (plan === undefined) return [];
  return [plan, ...(rest.length === 0 ? [] : plansAlong(plan.fields ?? [], rest))];
}
