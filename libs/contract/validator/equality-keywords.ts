/** `enum`, `const` and `uniqueItems`: exact for every number, and linear where ajv compares each value with each other. */
import { _, type Ajv2020, type KeywordCxt } from 'ajv/dist/2020.js';
import type { Work } from '../values/work.js';
import { type KeywordCode, redefineKeyword } from './redefine-keyword.js';
import { SeenValues } from './seen-values.js';

/** Up to so many texts ajv's chain of comparisons is quicker than a set. */
const comparedMax = 32;

export function addEqualityKeywords(ajv: Ajv2020, { spend }: Work): void {
  redefineKeyword(
    ajv,
    'enum',
    (original) => (context) => checkChoice(context, context.schema as unknown[], original, spend),
  );
  redefineKeyword(ajv, 'const', (original) => (context) => checkChoice(context, undefined, original, spend));
  redefineKeyword(ajv, 'uniqueItems', () => (context) => checkUnique(context, spend), {
    message: 'must not hold an item twice',
    params: _`{}`,
  });
}

function checkChoice(
  context: KeywordCxt,
  choices: readonly unknown[] | undefined,
  original: KeywordCode,
  spend: Work['spend'],
): void {
  const { data, gen, it, parentSchema } = context;
  const values = choices ?? [context.schema as unknown];
  if (values.length <= comparedMax && values.every(isText)) return original(context);
  const known = new SeenValues(spend);
  for (const [i, value] of values.entries()) known.add(value, choices ?? parentSchema, choices ? i : 'const');
  const isOther = (value: unknown, holder: unknown, name: string | number): boolean => !known.has(value, holder, name);
  context.fail(_`${gen.scopeValue('func', { ref: isOther })}(${data}, ${it.parentData}, ${it.parentDataProperty})`);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null;
}

function checkUnique(context: KeywordCxt, spend: Work['spend']): void {
  if (context.schema !== true) return;
  const isTwice = (items: readonly unknown[]): boolean => {
    const seen = new SeenValues(spend);
    return items.some((item, i) => !seen.add(item, items, i));
  };
  context.fail(_`${context.gen.scopeValue('func', { ref: isTwice })}(${context.data})`);
}
