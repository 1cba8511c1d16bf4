/** Keywords of writing at places where no value is stored, so that they would do nothing. */
import { type ContractProblem, problem } from '../validator/contract-problem.js';
import { schemasIn } from '../validator/walk-schema.js';
import type { EventObject } from '../values/event-object.js';
import { keywordsIn } from './keywords.js';

/** Definitions count where a property refers to them. */
const definition = /^\/(\$defs|definitions)\//;

/** @param planned the schemas of properties, members and items that get a column or a part of one */
export function strayProblems(root: EventObject, planned: ReadonlySet<unknown>): ContractProblem[] {
  return [...schemasIn(root)]
    .filter(([pointer, schema]) => !planned.has(schema) && !definition.test(pointer))
    .flatMap(([pointer, schema]) =>
      keywordsIn(schema).map((keyword) =>
        problem(
          `${pointer}/${keyword}`,
          'has no effect here: it stands in the schema of a property, or of the members and items of one that is not kept as JSON text. Leave it out',
        ),
      ),
    );
}
