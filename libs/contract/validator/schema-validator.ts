/** Compiles the structural check of a contract with ajv, draft 2020-12, strict; exact in numbers, and bounded in work. */
import type { ErrorObject, Options } from 'ajv/dist/2020.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { linearPattern } from '../patterns/linear-pattern.js';
import { Unrunnable } from '../patterns/pattern-to-re2.js';
import type { EventObject } from '../values/event-object.js';
import { Work } from '../values/work.js';
import { type ContractProblem, problem } from './contract-problem.js';
import { countKeywords, sizeOf } from './counted-keywords.js';
import { addEqualityKeywords } from './equality-keywords.js';
import { addLinearFormats } from './linear-formats.js';
import { addNumberKeywords } from './number-keywords.js';
import { patternProblems } from './pattern-problems.js';
import { groupProperties } from './wide-properties.js';

/**
 * The breaches of the schema that were found in an event, the first one first; `undefined` when it keeps it.
 * Throws TooComplexError when finding out takes too much work.
 */
export type SchemaValidator = (event: EventObject) => readonly ErrorObject[] | undefined;

const draft = 'https://json-schema.org/draft/2020-12/schema';
/** Compiled from the meta-schema once; it keeps nothing of the schemas it checks. */
let draftChecker: Ajv2020 | undefined;
/** ajv improves its code in a time that grows with the square of the properties: 3 s for 5,000. Beyond this it is left as it is. */
const improvedMax = 2_000;
const decimalText = /^-?\d+(\.\d+)?$/;

/** The breaches of draft 2020-12 itself: misspelt types, bounds that are no numbers and the like. */
export function draftProblems(schema: object): ContractProblem[] {
  if ('$schema' in schema && schema.$schema !== draft && schema.$schema !== `${draft}#`) {
    return [problem('/$schema', `must name draft 2020-12: write "${draft}"`)];
  }
  draftChecker ??= newDraftChecker();
  return draftChecker.validateSchema(schema) === true ? patternProblems(schema) : breaches(draftChecker);
}

function breaches(ajv: Ajv2020): ContractProblem[] {
  return mostSpecific(ajv.errors ?? []).map(({ instancePath, message, params }) =>
    problem(instancePath, `${message ?? 'is wrong'}${allowed(params)}: see JSON Schema draft 2020-12`),
  );
}

/** The compiled validator, or why ajv refuses the schema. */
export function schemaValidator(schema: object): SchemaValidator | ContractProblem {
  const work = new Work();
  try {
    const validate = newAjv(schema, work).compile(schema);
    return (event) => {
      work.begin();
      return validate(event) ? undefined : (validate.errors ?? []);
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return problem(placeIn(message), `${message}: correct or remove that keyword`);
  }
}

function newDraftChecker(): Ajv2020 {
  // What ajv makes of it runs once for each contract: to improve it takes longer.
  const ajv = new Ajv2020({ strict: true, logger: false, code: { optimize: false } });
  // Whether a pattern is one is told with its place by `patternProblems`.
  addFormats.default(ajv).addFormat('regex', true);
  return ajv;
}

function newAjv(schema: object, work: Work): Ajv2020 {
  const options: Options = {
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    logger: false,
    validateSchema: false,
  };
  const ajv = new Ajv2020({
    ...options,
    code: { regExp: linearEngine(work), optimize: sizeOf(schema) <= improvedMax },
  });
  addLinearFormats(ajv, work);
  ajv.addFormat('decimal', decimalText);
  ajv.addVocabulary([...extensionKeywords(schema)]);
  addNumberKeywords(ajv);
  addEqualityKeywords(ajv, work);
  groupProperties(ajv);
  countKeywords(ajv, schema, work);
  return ajv;
}

/** What ajv calls for each pattern; every one of them has passed `patternProblems`. */
function linearEngine({ spend }: Work) {
  const engine = (pattern: string) => {
    const linear = linearPattern(pattern);
    if (linear instanceof Unrunnable) throw new TypeError(`the pattern ${pattern} ${linear.message}`);
    const { steps, test } = linear;
    return {
      test: (text: string): boolean => {
        spend(text.length * steps);
        return test(text);
      },
      /** ajv tells patterns apart by it. */
      toString: () => pattern,
    };
  };
  return Object.assign(engine, { code: 'linearPattern' });
}

/** Keywords that begin with x- are for us and other tools; any other unknown keyword is taken for a slip. */
function extensionKeywords(schema: unknown, found = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return found;
  for (const [keyword, value] of Object.entries(schema)) {
    if (/^x-[\w$:-]+$/i.test(keyword)) found.add(keyword);
    extensionKeywords(value, found);
  }
  return found;
}

/** Where several alternatives fail at one place, the meta-schema reports each: keep the first of every place. */
function mostSpecific(errors: readonly ErrorObject[]): ErrorObject[] {
  return errors.filter(({ instancePath }, i) => errors.findIndex((other) => other.instancePath === instancePath) === i);
}

function allowed(params: Record<string, unknown>): string {
  return Array.isArray(params['allowedValues']) ? ` (${params['allowedValues'].join(', ')})` : '';
}

/** ajv names the place of some mistakes inside its message, as `at "…#/properties/x"` or `path "#/…"`. */
function placeIn(message: string): string {
  return /"[^"#]*#([^"]*)"/.exec(message)?.[1] ?? '';
}
