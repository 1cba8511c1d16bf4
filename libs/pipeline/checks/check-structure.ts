/** Checks a pipeline file's value against the JSON Schema, words each error as a problem, and fills the defaults. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { annotations, type FilledPipeline, pipelineSchema } from '../schema/schema.js';
import { suggestName } from '../text/closest-name.js';
import { pathText, pointerPath } from '../text/path-text.js';
import type { Problem } from '../text/problem.js';
import type { PathPart, YamlText } from '../text/yaml-text.js';

let compiled: ValidateFunction<FilledPipeline> | undefined;

/** Compiled on first use: it takes some tens of milliseconds. */
function validator(): ValidateFunction<FilledPipeline> {
  if (compiled) return compiled;
  // That the schema is one shows a test: here it would take longer than all else, at each start of a service.
  const ajv = new Ajv2020({
    useDefaults: true,
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    strictRequired: false,
    validateSchema: false,
    meta: false,
    // It would run a few times only.
    code: { optimize: false },
  });
  ajv.addVocabulary(annotations);
  compiled = ajv.compile<FilledPipeline>(pipelineSchema);
  return compiled;
}

export type Structure =
  | { readonly ok: true; readonly filled: FilledPipeline }
  /** One problem for each place that breaks the schema. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The value of the text is left as it is. */
export function checkStructure(yaml: YamlText, file: string): Structure {
  const validate = validator();
  const value: unknown = structuredClone(yaml.value);
  if (validate(value)) return { ok: true, filled: value };
  const problems = new Map<string, Problem>();
  for (const error of validate.errors ?? []) {
    const worded = wordError(error, value);
    if (!worded) continue;
    const path = pathText(worded.path);
    if (!problems.has(path)) problems.set(path, { ...worded, file, line: yaml.lineAt(worded.path), path });
  }
  if (problems.size === 0) throw new TypeError('A pipeline file that does not fit its schema must have a problem.');
  return { ok: false, problems: [...problems.values()] };
}

interface Worded {
  path: PathPart[];
  message: string;
  remedy: string;
}

function wordError(error: ErrorObject, root: unknown): Worded | undefined {
  const path = pointerPath(error.instancePath, root);
  // Branches of oneOf and the summary of propertyNames only repeat the error that stands beside them.
  if (error.schemaPath.includes('/oneOf/') || error.keyword === 'propertyNames' || error.keyword === 'if')
    return undefined;
  if (error.keyword === 'oneOf') return eitherFront(error, path);
  if (error.keyword === 'required' || error.keyword === 'dependentRequired') return missing(error, path);
  if (error.keyword === 'additionalProperties') return unknownKey(error, path);
  const named = error.propertyName === undefined ? path : [...path, error.propertyName];
  const value: unknown = error.propertyName ?? error.data;
  return { path: named, message: `must be ${must(error)} (is ${shown(value)})`, remedy: example(error, named, root) };
}

function eitherFront(error: ErrorObject, path: PathPart[]): Worded {
  const both = error.params['passingSchemas'] !== null;
  const message = both ? 'has both subjects and stream' : 'needs subjects or stream';
  const remedy = both ? 'Keep one of them.' : 'Write e.g. "subjects: [events.orders]".';
  return { path, message, remedy };
}

function missing(error: ErrorObject, path: PathPart[]): Worded | undefined {
  const name = String(error.params['missingProperty']);
  const inFront = error.schemaPath.includes('dependentSchemas');
  if (inFront) {
    const key = error.schemaPath.split('/').at(-2)!;
    const other = name === 'stream' ? 'subjects' : 'stream';
    return { path: [...path, key], message: `belongs to ${name}, not to ${other}`, remedy: `Remove "${key}".` };
  }
  const at = [...path, name];
  return { path: at, message: 'is missing', remedy: writeExample(name, schemaAt(at)) };
}

function unknownKey(error: ErrorObject, path: PathPart[]): Worded {
  const name = String(error.params['additionalProperty']);
  const known = Object.keys(member(error.parentSchema, 'properties') ?? {});
  return { path: [...path, name], message: 'is not a key that is known here', remedy: suggestName(name, known, 'key') };
}

function must(error: ErrorObject): string {
  return String(member(error.parentSchema, 'x-must') ?? error.message ?? 'valid');
}

function example(error: ErrorObject, path: PathPart[], root: unknown): string {
  if (error.keyword === 'uniqueItems') return 'Remove the one that stands twice.';
  const at = schemaAt(path);
  const key = path.findLast((part) => typeof part === 'string') ?? 'name';
  if (error.propertyName !== undefined) return 'Write e.g. "orders".';
  return root === error.data ? 'Write e.g. "apiVersion: afluente/v1" on the first line.' : writeExample(key, at);
}

function writeExample(key: string, property: unknown): string {
  const examples = member(property, 'examples');
  if (Array.isArray(examples)) return `Write e.g. "${key}: ${flow(examples[0])}".`;
  const required = member(property, 'required');
  const keys =
    Array.isArray(required) && required.length > 0 ? required : Object.keys(member(property, 'properties') ?? {});
  return keys.length > 0
    ? `Write "${key}:" and below it, indented: ${keys.join(', ')}.`
    : `Write "${key}:" and below it, indented, "name: value" lines.`;
}

/** The part of the schema that describes a path: through properties, named mappings and list entries. */
function schemaAt(path: readonly PathPart[]): unknown {
  let at: unknown = pipelineSchema;
  for (const part of path) {
    if (typeof part === 'number') return at;
    at = member(member(at, 'properties'), part) ?? member(at, 'additionalProperties');
  }
  return at;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

/** A value in YAML's flow style. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([name, inner]) => `${name}: ${flow(inner)}`)
      .join(', ')} }`;
  }
  return String(value);
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
