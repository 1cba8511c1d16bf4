/** The patterns of a schema that cannot run in linear time, each with its place. */
import { linearPattern } from '../patterns/linear-pattern.js';
import { Unrunnable } from '../patterns/pattern-to-re2.js';
import { asObject } from '../values/event-object.js';
import { pointerTo } from '../values/rejection.js';
import { type ContractProblem, problem } from './contract-problem.js';
import { schemasIn } from './walk-schema.js';

export function patternProblems(schema: object): ContractProblem[] {
  return [...schemasIn(schema)].flatMap(([pointer, { pattern, patternProperties }]) => [
    ...(typeof pattern === 'string' ? problemsOf(pattern, `${pointer}/pattern`) : []),
    ...Object.keys(asObject(patternProperties) ?? {}).flatMap((name) =>
      problemsOf(name, pointerTo(`${pointer}/patternProperties`, name)),
    ),
  ]);
}

function problemsOf(pattern: string, pointer: string): ContractProblem[] {
  const linear = linearPattern(pattern);
  return linear instanceof Unrunnable ? [problem(pointer, linear.message)] : [];
}
