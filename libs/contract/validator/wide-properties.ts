/** Lets a contract have thousands of properties: ajv nests the check of each in the one before, until the stack is full. */
import { _, type Ajv2020, type KeywordCxt, type Name } from 'ajv/dist/2020.js';
import { type KeywordCode, redefineKeyword } from './redefine-keyword.js';

const groupMax = 100;

export function groupProperties(ajv: Ajv2020): void {
  redefineKeyword(ajv, 'properties', (original) => (context) => {
    const names = Object.keys(context.schema as object);
    if (names.length <= groupMax) return original(context);
    for (let at = 0; at < names.length; at += groupMax) checkGroup(context, names.slice(at, at + groupMax), original);
  });
}

/** The nested checks of a group end before the next one begins. */
function checkGroup(context: KeywordCxt, names: readonly string[], original: KeywordCode): void {
  const { gen } = context;
  const schema = Object.fromEntries(names.map((name) => [name, (context.schema as Record<string, unknown>)[name]]));
  const errorsBefore: Name = gen.const('_errs', _`errors`);
  gen.block(() => original(Object.create(context, { schema: { value: schema } }) as KeywordCxt));
  context.ok(_`${errorsBefore} === errors`);
}
