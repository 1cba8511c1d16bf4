/** Whether the fields a source names as id, key and event time can serve as such. */
import { type ContractProblem, problem } from '../validator/contract-problem.js';
import { pointerTo } from '../values/rejection.js';
import type { ContractColumn } from './contract-column.js';

/** The properties of the event that identify it, decide its partition and say when it happened. */
export interface ContractFields {
  readonly id: string;
  readonly key: string;
  readonly eventTime: string;
}

interface Role {
  readonly what: string;
  readonly fits: (column: ContractColumn) => boolean;
  readonly write: string;
}

const textOrInteger = ({ type, json }: ContractColumn): boolean =>
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

/** What is wrong with the fields, each at the place in the schema to correct. */
export function fieldProblems(columns: readonly ContractColumn[], fields: ContractFields): ContractProblem[] {
  return Object.entries(roles).flatMap(([role, { what, fits, write }]) => {
    const name = fields[role as keyof ContractFields];
    const column = columns.find((candidate) => candidate.name === name);
    if (column === undefined)
      return [problem('/properties', `has no "${name}", which the pipeline names as ${what}: add it or name another`)];
    const pointer = pointerTo('/properties', name);
    if (!fits(column)) return [problem(pointer, `is ${what}, so it must be ${write}`)];
    if (column.nullable) return [problem(pointer, `is ${what}, so it must be listed in "required" and never be null`)];
    return [];
  });
}
