/** Changes how ajv checks a keyword, in its place among the others: their order decides which breach is told. */
import type { Ajv2020, CodeKeywordDefinition, KeywordCxt } from 'ajv/dist/2020.js';

/** Emits the code of a keyword. */
export type KeywordCode = (context: KeywordCxt) => void;

/** @param change gets the code that ajv has; error texts may be given anew */
export function redefineKeyword(
  ajv: Ajv2020,
  keyword: string,
  change: (original: KeywordCode) => KeywordCode,
  error?: CodeKeywordDefinition['error'],
): void {
  const rule = ajv.RULES.all[keyword];
  if (typeof rule !== 'object' || !('code' in rule.definition) || rule.definition.code === undefined)
    throw new TypeError(`ajv has no keyword ${keyword} with code`);
  const { code } = rule.definition;
  // A rule's definition is a copy that belongs to this ajv.
  rule.definition = { ...rule.definition, ...(error && { error }), code: change((context) => code(context)) };
}
