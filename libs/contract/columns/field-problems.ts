/** Whether the fields a source names as id, key and event time can serve as such. */

import { columnOf, stepsOf } from '#pipeline/model/field-path';
import { type ContractProblem, problem } from '../validator/contract-problem.js';
import { pointerTo } from '../values/rejection.js';
import type { ContractFields } from './contract-fields.js';
import { plansAlong } from './field-columns.js';
import type { FieldPlan } from './property-plan.js';

interface Role {
  readonly what: string;
  readonly fits: (property: FieldPlan) => boolean;
  readonly write: string;
}

const textOrInteger = ({ type, json }: FieldPlan): boolean =>
  (type.kind === 'string' && !json) || type.kind === 'int64';

const roles: Record<keyof ContractFields, Role> = {
  id: { what: 'the event id', fits: textOrInteger, write: '"type": "string" or "integer"' },
  key: { what: 'the key', fits: textOrInteger, write: '"type": "string" or "integer"' },
  eventTime: {
    what: 'the event time',
    fits: ({ type }) => type.kind === 'timestamp',
    write: '"type": "string", "format": "date-time", or "type": "integer", "x-unit": "ms"',
  },
};

/** Another text of the same key would go to another partition, where nothing is in order with the first. */
const keyIsWritten =
  'is the key, which chooses the partition of an event before its contract is read: leave out x-type, x-trim, x-case and x-empty, and let the producer write each key in one way';

/** What is wrong with the fields, each at the place in the schema to correct. */
export function fieldProblems(plans: readonly FieldPlan[], fields: ContractFields): ContractProblem[] {
  const named = Object.entries(roles).flatMap(([role, one]) =>
    [fields[role as keyof ContractFields]]
      .flat()
      .flatMap((path) => (path === undefined ? [] : [{ role, path, ...one }])),
  );
  return named.flatMap(({ role, path, what, fits, write }) => {
    const steps = stepsOf(path);
    const along = plansAlong(plans, steps);
    const field = along.at(-1);
    if (field === undefined || along.length < steps.length)
      return [
        problem(
          `${pointerIn(steps.slice(0, along.length))}/properties`,
          `has no "${steps[along.length]}", which the pipeline names as ${what}${steps.length > 1 ? ` (${path})` : ''}: add it or name another`,
        ),
      ];
    const pointer = pointerIn(steps);
    if (!fits(field)) return [problem(pointer, `is ${what}, so it must be ${write}`)];
    if (role === 'key' && field.rewrite !== undefined) return [problem(pointer, keyIsWritten)];
    const open = along.findIndex(({ required, allowsNull }) => !required || allowsNull);
    if (open >= 0)
      return [
        problem(
          pointerIn(steps.slice(0, open + 1)),
          `${open < steps.length - 1 ? 'holds' : 'is'} ${what}, so it must be listed in "required" and never be null`,
        ),
      ];
    const twin = steps.length > 1 && plans.find(({ name }) => name.toLowerCase() === columnOf(path).toLowerCase());
    return twin
      ? [problem(pointerTo('/properties', twin.name), `is the column that ${path}, ${what}, gets: rename the property`)]
      : [];
  });
}

/** The place in the schema of the property at the end of these steps. */
function pointerIn(steps: readonly string[]): string {
  return steps.reduce((pointer, step) => pointerTo(`${pointer}/properties`, step), '');
}
