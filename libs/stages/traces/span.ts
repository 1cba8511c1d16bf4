/** A span, and what those of one batch share. */
import type { Outcome } from '#frame/traces';
import type { SpanRef } from './trace-context.js';

export interface Span extends SpanRef {
  readonly name: string;
  readonly kind: 'consumer' | 'producer' | 'internal';
  readonly parentId: string | undefined;
  /** Epoch µs. */
  readonly startUs: number;
  readonly endUs: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly links: readonly SpanRef[];
}

/** Links from the span of a batch to those of its events. */
const linksMax = 64;

/** Of the span of an event: its outcome, and one more word. */
export type AttributesOf = (outcome: Outcome, word: string) => Span['attributes'];

/** Windows begin again and again: their attributes are not remembered for ever. */
const sharedMax = 64;

/** Makes the attributes of an outcome and one more word once. */
export function sharing(make: AttributesOf): AttributesOf {
  const made = new Map<string, Span['attributes']>();
  return (outcome, word) => {
    const key = `${outcome} ${word}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    if (made.size >= sharedMax) made.clear();
    const attributes = make(outcome, word);
    made.set(key, attributes);
    return attributes;
  };
}

/** From the span of a batch to those of its events. */
export function linksTo(spans: readonly Span[]): SpanRef[] {
  return spans.slice(0, linksMax).map(({ traceId, spanId }) => ({ traceId, spanId }));
}
