/** Drafts of a few events, for specs. */
import { compileContract } from '#contract/columns/compile-contract';
import { Contract } from '#contract/columns/contract';
import { Sample } from '../profile/sample.js';
import { type Draft, type Drafted, firstDraft } from './first-draft.js';

function drafted(texts: readonly string[], named: object, isTextOnly: boolean, timeZone: string | undefined): Drafted {
  const sample = new Sample({ isTextOnly, timeZone });
  for (const text of texts) {
    const problem = sample.add(text);
    if (problem !== undefined) throw new Error(`${text}: ${problem}`);
  }
  return firstDraft(sample.seen, { name: 'orders', sample: 'a test', named });
}

export function draftOf(texts: readonly string[], named = {}, isTextOnly = false, timeZone?: string): Draft {
  const outcome = drafted(texts, named, isTextOnly, timeZone);
  if (!outcome.ok) throw new Error(outcome.reasons.join('\n'));
  return outcome.draft;
}

export function contractIn({ contract, choice }: Draft): Contract {
  const compiled = compileContract(JSON.parse(contract), {
    id: choice.id?.path,
    key: choice.key.path,
    eventTime: choice.eventTime?.path,
  });
  if (!(compiled instanceof Contract)) throw new Error(JSON.stringify(compiled));
  return compiled;
}

export interface Property {
  readonly [keyword: string]: unknown;
}

export const propertiesOf = (draft: Draft): Readonly<Record<string, Property>> => {
  const { properties } = JSON.parse(draft.contract) as { properties: Record<string, Property> };
  return Object.fromEntries(Object.entries(properties).map(([name, { $comment: _, ...schema }]) => [name, schema]));
};
/** Orders with one more property, of these values. */
export const withValues = (name: string, values: readonly unknown[]): string[] =>
  values.map((value, n) => JSON.stringify({ order_id: n, at: '2026-01-02T03:04:05Z', [name]: value }));
export const inferred = (name: string, values: readonly unknown[]): Property | undefined =>
  propertiesOf(draftOf(withValues(name, values)))[name];
export const many = (...values: readonly unknown[]): unknown[] =>
  Array.from({ length: 60 }, (_, n) => values[n % values.length]);
