/** Counts the work of the keywords that go over what an event holds, or come back to a schema: only how much that is has no bound in the contract. */
import { _, type Ajv2020, type KeywordCxt } from 'ajv/dist/2020.js';
import { asObject } from '../values/event-object.js';
import type { Work } from '../values/work.js';
import { redefineKeyword } from './redefine-keyword.js';

const overItems = ['items', 'contains', 'unevaluatedItems'];
const overMembers = [
  'additionalProperties',
  'patternProperties',
  'propertyNames',
  'unevaluatedProperties',
  'minProperties',
  'maxProperties',
];
const overCharacters = ['minLength', 'maxLength'];
const references = ['$ref', '$dynamicRef'];
/** Keywords whose value is no schema, however large. */
const singleChecks = new Set([
  'enum',
  'const',
  'default',
  'examples',
  'required',
  'description',
  'type',
  '$defs',
  'definitions',
]);
/** Listing the members of a large object costs 0.25 µs each. */
const checksOfMember = 10;
/** A reference is a call, and one that fails leaves its errors in memory until the alternatives are decided. */
const checksOfCall = 100;

export function countKeywords(ajv: Ajv2020, root: object, work: Work): void {
  const refers = holdsReference(root);
  for (const keyword of overItems)
    redefineKeyword(ajv, keyword, (original) => (context) => {
      spendIn(context, work, _`${context.data}.length * ${sizeOf(context.schema)}`);
      original(context);
    });
  for (const keyword of overMembers)
    redefineKeyword(ajv, keyword, (original) => (context) => {
      // Without references the members of the event itself are gone over once: that is as much as parsing them.
      if (refers || context.it.errSchemaPath !== '#')
        spendIn(context, work, _`Object.keys(${context.data}).length * ${checksOfMember + sizeOf(context.schema)}`);
      original(context);
    });
  for (const keyword of overCharacters)
    redefineKeyword(ajv, keyword, (original) => (context) => {
      spendIn(context, work, _`${context.data}.length`);
      original(context);
    });
  for (const keyword of references)
    redefineKeyword(ajv, keyword, (original) => (context) => {
      spendIn(context, work, _`${checksOfCall + sizeOf(referenced(root, context.schema))}`);
      original(context);
    });
}

function spendIn({ gen }: KeywordCxt, { spend }: Work, checks: ReturnType<typeof _>): void {
  gen.code(_`${gen.scopeValue('func', { ref: spend })}(${checks})`);
}

/** Upper bound of the checks that one value costs, without what references and members of members add. */
export function sizeOf(schema: unknown): number {
  if (Array.isArray(schema)) return schema.reduce<number>((sum, part) => sum + sizeOf(part), 1);
  const keywords = asObject(schema);
  if (keywords === undefined) return 1;
  return Object.entries(keywords).reduce(
    (sum, [keyword, value]) => sum + (singleChecks.has(keyword) && typeof value !== 'boolean' ? 1 : sizeOf(value)),
    1,
  );
}

/** The schema that a pointer names, else the whole one. */
function referenced(root: object, reference: unknown): unknown {
  if (typeof reference !== 'string' || !/^#\/[^%]+$/.test(reference)) return root;
  let target: unknown = root;
  for (const token of reference.slice(2).split('/')) {
    target =
      typeof target === 'object' && target !== null
        ? (Reflect.get(target, token.replaceAll('~1', '/').replaceAll('~0', '~')) as unknown)
        : undefined;
  }
  return target ?? root;
}

function holdsReference(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  return Object.entries(schema).some(([keyword, value]) => references.includes(keyword) || holdsReference(value));
}
