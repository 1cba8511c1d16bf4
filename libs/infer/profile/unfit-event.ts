/** Why no contract could accept a text: such a text says nothing about the others. */

import { Buffer } from 'node:buffer';
import { asObject, type EventObject } from '#contract/values/event-object';
import { mayHoldLongNumber, mayUnderflow, parseExactly } from '#contract/values/exact-number';
import { nestingMax, nestsTooDeeply } from '#contract/values/nesting';

/** Only such a text can hold an infinite number or half a character. */
const mayHoldUnfit = /\\u[dD]|\d[eE]|\d{300}/;

/** The event, with the digits of its numbers, or why it is none. */
export function readEvent(text: string): EventObject | string {
  if (nestsTooDeeply(text)) return `is nested deeper than ${nestingMax} levels`;
  const bytes = Buffer.from(text);
  const isLong = mayHoldLongNumber(bytes, 0, bytes.length) || mayUnderflow(text);
  let value: unknown;
  try {
    value = isLong ? parseExactly(text) : JSON.parse(text);
  } catch {
    return 'is not JSON';
  }
  const event = asObject(value);
  if (event === undefined) return 'is no JSON object';
  return (mayHoldUnfit.test(text) ? unfitValue(event) : undefined) ?? event;
}

function unfitValue(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'has a number that is too large';
  if (typeof value === 'string')
    return value.isWellFormed() ? undefined : 'has half a character (an unpaired surrogate)';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const why = unfitValue(name) ?? unfitValue(part);
    if (why !== undefined) return why;
  }
  return undefined;
}
