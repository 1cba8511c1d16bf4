/** Texts as they are stored: without blanks around them, in one case, and null instead of nothing. */
import type { EventObject } from '../values/event-object.js';

/** Makes the text that is stored of one as it is written. */
export type RewriteText = (text: string) => string | null;

/** Of `x-trim`, `x-case` and `x-empty`, in this order; undefined when the property has none of them. */
export function textRewriter(property: EventObject): RewriteText | undefined {
  const steps: RewriteText[] = [];
  if (property['x-trim'] === true) steps.push((text) => text.trim());
  if (property['x-case'] === 'lower') steps.push((text) => text.toLowerCase());
  if (property['x-case'] === 'upper') steps.push((text) => text.toUpperCase());
  if ('x-empty' in property) steps.push((text) => (text === '' ? null : text));
  if (steps.length === 0) return undefined;
  return (text) => steps.reduce<string | null>((stored, step) => (stored === null ? null : step(stored)), text);
}

/** The most bytes of UTF-8 that a byte can become in another case: of U+0390, two bytes, the capital takes six. */
export const caseGrowthMax = 3;
