/** Compiles the structural check of a contract with ajv, draft 2020-12, strict. */
import type { ErrorObject, Options, ValidateFunction } from 'ajv/dist/2020.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type ContractProblem, problem } from './contract-problem.js';
import { pointerTo } from './rejection.js';

/** True when the event has the structure of the schema; its `errors` then tell the first breach. */
export type SchemaValidator = ValidateFunction;

const draft = 'https://json-schema.org/draft/2020-12/schema';
/** Compiled from the meta-schema once; it keeps nothing of the schemas it checks. */
let draftChecker: Ajv2020 | undefined;
const decimalText = /^-?\d+(\.\d+)?$/;

/** The breaches of draft 2020-12 itself: misspelt types, bounds that are no numbers and the like. */
export function draftProblems(schema: object): ContractProblem[] {
  if ('$schema' in schema && schema.$schema !== draft && schema.$schema !== `${draft}#`) {
    return [problem('/$schema', `must name draft 2020-12: write "${draft}"`)];
  }
  const ajv = (draftChecker ??= newAjv({}, {}));
  if (ajv.validateSchema(schema) !== true) return breaches(ajv);
  const pattern = brokenPattern(schema, '');
  return pattern === undefined ? [] : [problem(pattern, 'is no regular expression (ECMA-262, with the u flag): mend it')];
}

function breaches(ajv: Ajv2020): ContractProblem[] {
  return mostSpecific(ajv.errors ?? []).map(({ instancePath, message, params }) =>
    problem(instancePath, `${message ?? 'is wrong'}${allowed(params)}: see JSON Schema draft 2020-12`),
  );
}

/** The compiled validator, or why ajv refuses the schema. */
export function schemaValidator(schema: object): SchemaValidator | ContractProblem {
  try {
    return newAjv(schema, { validateSchema: false }).compile(schema);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return problem(placeIn(message), `${message}: mend or remove that keyword`);
  }
}

function newAjv(schema: object, options: Options): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, logger: false, ...options });
  addFormats.default(ajv);
  ajv.addFormat('decimal', decimalText);
  ajv.addVocabulary([...extensionKeywords(schema)]);
  return ajv;
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

/** The pointer to the first `pattern` that does not compile: ajv would not say where it stands. */
function brokenPattern(schema: unknown, pointer: string): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  for (const [keyword, value] of Object.entries(schema)) {
    const place = pointerTo(pointer, keyword);
    const broken = keyword === 'pattern' && typeof value === 'string' && !compiles(value) ? place : brokenPattern(value, place);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
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
