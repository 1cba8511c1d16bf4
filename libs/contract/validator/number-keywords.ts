/** Bounds and multiples of numbers, decided by the decimals that event and contract write, not by their doubles. */
import { _, type Ajv2020, type KeywordCxt, str } from 'ajv/dist/2020.js';
import { compareDecimals, decimalOf, multipleOf } from '../values/decimal.js';
import { textAt } from '../values/exact-number.js';
import { redefineKeyword } from './redefine-keyword.js';

interface Bound {
  readonly sign: string;
  /** Breaks the bound for certain: doubles keep the order of the decimals they stand for. */
  readonly beyond: '<' | '>';
  /** Whether a value that compares so to the bound keeps it. */
  readonly keeps: (comparison: number) => boolean;
}

const bounds: Readonly<Record<string, Bound>> = {
  minimum: { sign: '>=', beyond: '<', keeps: (comparison) => comparison >= 0 },
  maximum: { sign: '<=', beyond: '>', keeps: (comparison) => comparison <= 0 },
  exclusiveMinimum: { sign: '>', beyond: '<', keeps: (comparison) => comparison > 0 },
  exclusiveMaximum: { sign: '<', beyond: '>', keeps: (comparison) => comparison < 0 },
};

export function addNumberKeywords(ajv: Ajv2020): void {
  for (const [keyword, bound] of Object.entries(bounds))
    redefineKeyword(ajv, keyword, () => (context) => checkBound(context, bound), {
      message: (context) => str`must be ${bound.sign} ${limitText(context)}`,
    });
  redefineKeyword(ajv, 'multipleOf', () => checkMultiple, {
    message: (context) => str`must be multiple of ${limitText(context)}`,
  });
}

function checkBound(context: KeywordCxt, { beyond, keeps }: Bound): void {
  const { data, gen, it, schema } = context;
  const written = limitText(context);
  const limit = decimalOf(written);
  const plain = keeps(0);
  const isWhole = written === String(schema);
  // Only where both are one double may their texts differ.
  const breaks = (holder: unknown, name: string | number): boolean => {
    const text = textAt(holder, name);
    if (text === undefined && isWhole) return !plain;
    return !keeps(compareDecimals(decimalOf(text ?? String(schema)), limit));
  };
  const equal = gen.scopeValue('func', { ref: breaks });
  const less = beyond === '<' ? _`${data} < ${schema}` : _`${data} > ${schema}`;
  context.fail(_`${less} || (${data} === ${schema} && ${equal}(${it.parentData}, ${it.parentDataProperty}))`);
}

function checkMultiple(context: KeywordCxt): void {
  const { data, gen, it } = context;
  const isMultiple = multipleOf(decimalOf(limitText(context)));
  const breaks = (value: number, holder: unknown, name: string | number): boolean =>
    !isMultiple(value, textAt(holder, name));
  context.fail(_`${gen.scopeValue('func', { ref: breaks })}(${data}, ${it.parentData}, ${it.parentDataProperty})`);
}

/** The number as the contract writes it. */
function limitText({
  keyword,
  parentSchema = {},
  schema,
}: Pick<KeywordCxt, 'keyword' | 'schema'> & { readonly parentSchema?: object }): string {
  return textAt(parentSchema, keyword) ?? String(schema);
}
